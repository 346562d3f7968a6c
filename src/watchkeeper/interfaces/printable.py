"""Text from outside that cannot steer whatever shows it."""


def printable(text: object) -> str:
    """The text with every control and formatting character replaced; line ends stay."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in str(text))
