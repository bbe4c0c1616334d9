"""Text extraction: plain text, Word and PDF files become one normalised text with paragraphs and tables."""
