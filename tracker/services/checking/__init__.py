"""What is odd about a return: the rules, their inputs, and the words."""
