"""Personal data: erasing it, its terms, and letting out what is held about a person."""
