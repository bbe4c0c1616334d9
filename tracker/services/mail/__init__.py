"""Mail: what is due to whom, what it says, handing it to the server once, reading it again."""
