"""Words that no page may show: those of programs, and those of frameworks that nobody translated."""

import re
from typing import Final

LEAKS: Final = re.compile(
    r"(?<![\w.])(?:None|True|False|undefined|NaN|null|\[object \w+\]|<[A-Z]\w+(?: object| \w+:) ?[^>]*>)(?![\w.])"
)
ENGLISH: Final = re.compile(
    r"\b(?:This field|Please|Select|Enter a|Invalid|(?<![\w.-])required\b(?![.-])|Submit|Search|Delete|Cancel|Save|Sign in|Log ?in|Password|Username|Error|Page not found|Forbidden|Not Found)\b"
)


def faults_in(text: str) -> list[str]:
    """What is wrong with the text of a page."""
    found = [f"程序里的词“{each}”" for each in sorted(set(LEAKS.findall(text)))]
    return [*found, *(f"没有翻译“{each}”" for each in sorted(set(ENGLISH.findall(text))))]
