"""Vocabularies written as text, one word after another."""


def words(text: str) -> tuple[str, ...]:
    """Return the words of the text, which blanks set apart."""
    return tuple(text.split())
