"""Judges related datasets by rule: how many pairs are right, how many links few datasets take, and the time it costs.

`python -m bench.related` needs the sample of the Hub (see `bench.synthesis`). It judges the first link of 100 datasets,
always the same, by the rows alone: whole descriptions, names, creators and keywords. A pair is right if

1. the description of one names the other's id, or both name one id that few others name; or
2. one creator made both, and their names share a word that is rare among names; or
3. one creator made both, and their descriptions share three rare words, or two keywords that say something; or
4. their names share a rare word, and they share a keyword that says something, or a second rare word anywhere; or
5. their descriptions share four rare words, or two and a keyword that says something.

A word is rare if at most one row in 200 has it. Languages, formats, sizes, regions and "Datasets" say nothing: English
text is no relation. The rules were written before the ranking, and do not use it.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from bench.synthesis import base_records, records, sample_rows, vocabularies
from otdi_site.index import RelatedIndex
from otdi_site.model.catalog import Summary
from otdi_site.model.host_text import clean_host_text

PAIRS = 100
MOST_LINKED = 500
_COMMON = 200
_WORD = re.compile(r"[^\W\d_]{3,}")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ID = re.compile(r"(?:huggingface\.co/datasets/|(?<![\w/.-]))([\w.-]+/[\w.-]*\w)")
_WORDS = """
datasets text english chinese german french hindi audio image video tabular geospatial timeseries
time-series 3d json csv parquet imagefolder audiofolder soundfolder arrow webdataset optimized-parquet
croissant apache cc0 mit other multilingual monolingual original found crowdsourced machine-generated
expert-generated no-annotation synthetic asia africa europe americas
"""
_SAYS_NOTHING = frozenset(_WORDS.split())
_SIZE = re.compile(r"[<>\d]")


class Judge:
    """Judges pairs of rows of the sample."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self.rows = rows
        self.ids = [str(row["id"]).lower() for row in rows]
        texts = [clean_host_text(str(row["description"] or "")) for row in rows]
        self.named = [{found.lower() for found in _ID.findall(text)} for text in texts]
        self.names = [_words(row_id.rpartition("/")[2]) for row_id in (str(row["id"]) for row in rows)]
        self.texts = [_words(text) for text in texts]
        self.keywords = [_telling(row["keywords"]) for row in rows]
        self.in_names = Counter(word for words in self.names for word in words)
        self.in_rows = Counter(word for name, text in zip(self.names, self.texts, strict=True) for word in name | text)
        self.in_keywords = Counter(word for words in self.keywords for word in words)
        self.in_ids = Counter(named for each in self.named for named in each)
        self.limit = max(2, len(rows) // _COMMON)

    def is_right(self, one: int, other: int) -> bool:
        if self.ids[one] in self.named[other] or self.ids[other] in self.named[one]:
            return True
        if any(self.in_ids[named] <= self.limit for named in self.named[one] & self.named[other]):
            return True
        names = {word for word in self.names[one] & self.names[other] if self.in_names[word] <= self.limit}
        words = {
            word
            for word in (self.names[one] | self.texts[one]) & (self.names[other] | self.texts[other])
            if self.in_rows[word] <= self.limit
        }
        shared = self.keywords[one] & self.keywords[other]
        if self.rows[one]["creator"] == self.rows[other]["creator"]:
            return bool(names) or len(words) >= 3 or len(shared) >= 2
        if names and (shared or len(words | names) >= 2):
            return True
        return len(words) >= 4 or (len(words) >= 2 and bool(shared))


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(_CAMEL.sub(" ", text.replace("_", " ")))}


def _telling(keywords: Sequence[str]) -> set[str]:
    return {word.lower() for word in keywords if word.lower() not in _SAYS_NOTHING and not _SIZE.search(word)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100_000, help="datasets in the measurement of time")
    parser.add_argument("--show", action="store_true", help="print the pairs")
    options = parser.parse_args()
    rows = sample_rows()
    if rows is None:
        raise SystemExit("this needs the sample of the Hub, which is no part of the project")
    base, _ = base_records(vocabularies())
    links, _ = _find([summary for summary, _ in base])
    judge = Judge(rows)
    linking = [place for place, others in enumerate(links) if others]
    sample = [linking[number * len(linking) // PAIRS] for number in range(PAIRS)]
    verdicts = [(place, links[place][0], judge.is_right(place, links[place][0])) for place in sample]
    pairs = [(place, other) for place in linking for other in links[place]]
    if options.show:
        for place, other, is_right in verdicts:
            print(f"{'right' if is_right else 'WRONG'} {rows[place]['id']} -> {rows[other]['id']}")
    taken = Counter(other for _, other in pairs)
    hubs = sum(count for _, count in taken.most_common(MOST_LINKED))
    every = sum(judge.is_right(place, other) for place, other in pairs)
    print(
        f"right pairs: {sum(right for *_, right in verdicts)} of {PAIRS}; of all links {100 * every / len(pairs):.1f} %"
    )
    print(f"links: {len(pairs)}, from {len(linking)} of {len(rows)} datasets")
    print(f"the {MOST_LINKED} most linked take {100 * hubs / len(pairs):.1f} %; the first takes {max(taken.values())}")
    many = [summary for summary, _ in records(base, options.count)]
    seconds = min(_find(many)[1] for _ in range(3))
    print(f"{options.count} datasets: {seconds:.2f} s of the processor, the best of three")


def _find(summaries: Sequence[Summary]) -> tuple[list[list[int]], float]:
    """Positions of related datasets, and seconds of the processor."""
    start = time.process_time()
    index = RelatedIndex(summaries)
    return [index.find_positions(position) for position in range(len(summaries))], time.process_time() - start


if __name__ == "__main__":
    main()
