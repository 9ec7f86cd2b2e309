"""A search that needs no dictionary: Chinese is indexed by pairs of characters, in the page and in the query alike."""

from __future__ import annotations

import re

from sphinx.search.zh import SearchChinese

_HAN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[a-zA-Z0-9_]+")

# the same two rules in the page; a run of one character stays as it is
_SPLITTER = r"""
var splitQuery = (query) => {
  const pairs = (run) =>
    run.length < 2 ? [run] : Array.from({ length: run.length - 1 }, (_, i) => run.slice(i, i + 2));
  const chinese = (query.match(/[\u3400-\u9fff]+/g) || []).flatMap(pairs);
  return chinese.concat(query.match(/[a-zA-Z0-9_]+/g) || []);
};
"""


def pairs(run: str) -> list[str]:
    """Every two neighbouring characters of a run of Chinese; the run itself where it is shorter."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


class SearchBigrams(SearchChinese):
    """Search of Chinese by pairs of characters and of English by stems."""

    lang = "bigrams"
    language_name = "English"  # of the stemmer
    js_splitter_code = _SPLITTER

    def split(self, input: str) -> list[str]:
        """The terms of a text."""
        words = _WORD.findall(input)
        self.latin_terms.update(words)
        runs = _HAN.findall(input)
        return [pair for run in runs for pair in pairs(run)] + [sign for run in runs for sign in run] + words

    def word_filter(self, stemmed_word: str) -> bool:
        """Whether a term is kept: a single Chinese character is a word too."""
        return len(stemmed_word) > 1 or bool(_HAN.match(stemmed_word))
