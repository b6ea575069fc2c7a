"""What went wrong, in words for an operator."""


def in_a_line(error: BaseException) -> str:
    """What went wrong, in one line and without the statement."""
    lines = str(getattr(error, "orig", None) or error).splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def sentence_of(error: Exception) -> str:
    """What went wrong: our own words, or the system's without its number."""
    if not isinstance(error, OSError) or not error.strerror:
        return str(error)
    return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."
