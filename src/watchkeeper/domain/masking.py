"""Secrets are masked before anything is written, shown or sent.

The text may come from anywhere, so no rule looks further back than a few characters or further
ahead than a bound: the work grows with the text's length, whatever it says.
"""

import re
from collections.abc import Callable

MASK = "‹masked›"

_NAMED = (
    r"(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|"
    r"credential|[_-]pass(?![a-z]))"
)
_IS = r"(?:\\{0,8}[\"'])?\s{0,8}[:=]\s{0,8}"
_VALUE = (
    r"(?:\\{1,8}\"[^\"]*\"|\\{1,8}'[^']*'|"  # quoted within a text that is itself quoted
    r"\"(?:[^\"\\]|\\[\s\S])*\"|'(?:[^'\\]|\\[\s\S])*'|"  # quoted
    r"[\"'][^\r\n]*|"  # quoted, and cut off before the end
    r"[^\s,;&\"']+)"
)


def _hidden(said: re.Match[str]) -> str:
    """What is named stays, its value goes, and the value's quotes stay, so that JSON is JSON."""
    named, value = said.group(1, 2)
    quote = value[: len(value) - len(value.lstrip("\\"))] + value.lstrip("\\")[:1]
    quote = quote if quote.endswith(('"', "'")) else ""
    closed = value.endswith(quote) and len(value) > len(quote)
    return f"{named}{quote}{MASK}{quote if closed else ''}"


_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(
            r"-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----.*?"
            r"(?:-----END [A-Z ]{0,32}PRIVATE KEY-----|\Z)",
            re.S,
        ),
        MASK,
    ),
    (
        re.compile(
            rf"(?i)\b(authorization{_IS}(?:\\{{0,8}}[\"'])?)"
            r"(?:(?:bearer|basic|token|negotiate)\s{1,8})?[^\s,;\"']+"
        ),
        rf"\1{MASK}",
    ),
    (re.compile(rf"(?i)\b((?:set-)?cookie{_IS})[^\r\n]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)\b((?:bearer|basic)\s{1,8})[A-Za-z0-9+/._~=-]{8,}"), rf"\1{MASK}"),
    (re.compile(rf"(?i)({_NAMED}[\w.-]{{0,64}}{_IS})({_VALUE})"), _hidden),
    (
        re.compile(
            rf"(?i)(?<![\w-])(--?[\w-]{{0,32}}{_NAMED}[\w-]{{0,32}}\s{{1,8}})(?!-)({_VALUE})"
        ),
        _hidden,
    ),
    (
        re.compile(r"(?i)\b([a-z][a-z0-9+.-]{0,30}://[^\s/:@]{0,256}:)[^\s/?#]{1,512}@"),
        rf"\1{MASK}@",
    ),
    (re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"), MASK),
    (re.compile(r"\b(?:ghp|gho|ghs|ghu|glpat|xox[abpr]|sk-ant|sk)[-_][A-Za-z0-9_-]{16,}"), MASK),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,512}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"), MASK),
)


def masked(text: str) -> str:
    """The text with everything that looks like a secret replaced by a mask. O(length)."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
