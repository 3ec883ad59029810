"""Questions as people type them into the catalogue, each with a rule that tells which datasets answer it.

The rules look at the rows alone, never at an index. Every third question of a kind is set aside: the ranking is tuned
without them, and they are looked at in the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from otdi_site.model.catalog import Summary

Rule = Callable[[Summary, str], bool]
SET_ASIDE = 3
"""One question of so many, within a kind."""


class Question(NamedTuple):
    """A search, and the datasets that answer it."""

    kind: str
    query: str
    answers: Rule
    is_set_aside: bool


def text(*patterns: str) -> Rule:
    """Every pattern is in the id, the title, the publisher's name or the description, underscores taken for spaces."""
    compiled = [re.compile(pattern, re.IGNORECASE) for pattern in patterns]

    def rule(summary: Summary, description: str) -> bool:
        whole = f"{summary.id} {summary.title} {summary.publisher_title} {description[:4000]}".replace("_", " ")
        return all(pattern.search(whole) for pattern in compiled)

    return rule


def name(pattern: str) -> Rule:
    """The title has the pattern."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda summary, _: compiled.search(summary.title) is not None


def hub_id(pattern: str) -> Rule:
    """The whole id is the pattern."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda summary, _: compiled.fullmatch(summary.id) is not None


def has(attribute: str, value: str) -> Rule:
    """The dataset has the value in a facet."""

    def rule(summary: Summary, _: str) -> bool:
        own = getattr(summary, attribute)
        return value in own if isinstance(own, tuple) else value == own

    return rule


def language(tag: str) -> Rule:
    """The dataset is in the language."""
    return has("languages", tag)


def task(value: str) -> Rule:
    """The dataset is made for the task."""
    return has("tasks", value)


def every(*rules: Rule) -> Rule:
    """All rules hold."""
    return lambda summary, description: all(rule(summary, description) for rule in rules)


def one_of(*rules: Rule) -> Rule:
    """One of the rules holds."""
    return lambda summary, description: any(rule(summary, description) for rule in rules)


CHEST = text(r"chest|thora")
MEDICAL = one_of(text(r"medic|clinic|radiolog|health"), has("domains", "healthcare"))
IMAGE = one_of(text("image"), has("modalities", "image"))
DIALOGUE = text(r"dialog|conversation|chat")

KINDS: dict[str, list[tuple[str, Rule]]] = {
    "exact id": [
        ("mteb/banking77", hub_id("mteb/banking77")),
        ("DataRobot-Research/hotpotqa", hub_id("datarobot-research/hotpotqa")),
        ("3D-PC/3D-PC", hub_id("3d-pc/3d-pc")),
        ("shibing624/medical", hub_id("shibing624/medical")),
        ("opendatalab/WanJuan-BaiHua", hub_id("opendatalab/wanjuan-baihua")),
        ("brachiolab/chestx", hub_id("brachiolab/chestx")),
    ],
    "publisher": [
        ("allenai", has("publisher", "allenai")),
        ("mteb", has("publisher", "mteb")),
        ("nvidia", has("publisher", "nvidia")),
        ("projecte-aina", has("publisher", "projecte-aina")),
        ("laion", has("publisher", "laion")),
        ("pythainlp", has("publisher", "pythainlp")),
    ],
    "exact name": [
        ("hotpotqa", name("hotpot")),
        ("chest_xray", name("chest.?xray")),
        ("enwik8", name("enwik8")),
        ("brain_tumor_dataset", name("brain.?tumor.?dataset")),
        ("liveideabench", name("liveideabench")),
        ("banking77", name("banking77")),
    ],
    "compound as two words": [
        ("hot pot qa", text("hot.?pot.?qa")),
        ("deep math", text("deep.?math")),
        ("pub med qa", text("pub.?med.?qa")),
        ("fine web", text("fine.?web")),
        ("wiki news", text("wiki.?news")),
        ("open hermes", text("open.?hermes")),
    ],
    "two words as a compound": [
        ("chestxray", text("chest.?x.?ray")),
        ("braintumor", text("brain.?tumou?r")),
        ("opensource", text("open.?source")),
        ("finetuning", text("fine.?tun")),
        ("facemask", text("face.?mask")),
        ("textbooks", text("text.?book")),
    ],
    "camelCase and hyphens": [
        ("fineweb", text("fine.?web")),
        ("FinCorpus", text("fin.?corpus")),
        ("fact-detection", text("fact.?detection")),
        ("openThoughts", text("open.?thoughts?")),
        ("Wan Juan", text("wan.?juan")),
        ("text_brats", text("text.?brats")),
    ],
    "one word too many": [
        (
            "telephone calls spanish emergency",
            every(language("es"), text("speech|audio|call|phone|voice|conversation")),
        ),
        ("chest xray pneumonia hospital brazil", every(CHEST, text("x.?ray"))),
        ("brain tumor mri segmentation zebra", text("brain", "tumou?r|mri")),
        ("yoruba sentiment tweets supermarket", every(language("yo"), text("senti|tweet|twitter"))),
        ("legal contracts german insurance aardvark", every(text("legal|law|gesetz|contract"), language("de"))),
        ("climate policy documents penguins", text("climate", "polic|document")),
    ],
    "a whole sentence": [
        ("I need a dataset of chest x-ray images", every(CHEST, text("x.?ray"))),
        ("where can I find medical questions and answers in Arabic", every(language("ar"), MEDICAL)),
        ("which datasets are good for training a model to translate Swahili", language("sw")),
        ("show me conversations between doctors and patients", text("doctor|physician|clinic", "patient")),
        ("dataset for detecting fake news", text("fake", "news")),
        ("what is the best data for solving math word problems", text("math", "word.?problem|problem")),
    ],
    "language in English": [
        ("yoruba", language("yo")),
        ("swahili speech", every(language("sw"), text("speech|voice|audio|asr"))),
        ("icelandic", language("is")),
        ("welsh text", language("cy")),
        ("basque", language("eu")),
        ("kazakh", language("kk")),
    ],
    "language in its own name": [
        ("Deutsch", language("de")),
        ("français", language("fr")),
        ("Türkçe", language("tr")),
        ("日本語", language("ja")),
        ("русский", language("ru")),
        ("한국어", language("ko")),
    ],
    "language by code": [
        ("yo", language("yo")),
        ("pt question answering", every(language("pt"), one_of(task("question-answering"), text("question|qa")))),
        ("ja", language("ja")),
        ("zu", language("zu")),
        ("bn news", every(language("bn"), text("news"))),
        ("kk", language("kk")),
    ],
    "abbreviated task": [
        ("NER", task("token-classification")),
        ("ASR", task("automatic-speech-recognition")),
        ("TTS", task("text-to-speech")),
        ("OCR", one_of(task("image-to-text"), text("ocr|optical character"))),
        ("VQA", one_of(task("visual-question-answering"), text("visual question"))),
        ("NLI german", every(language("de"), text("nli|entail|inference"))),
    ],
    "task in words": [
        ("speech recognition", one_of(task("automatic-speech-recognition"), text("speech.?recognition"))),
        ("image captioning", one_of(task("image-to-text"), text("caption"))),
        ("named entity recognition", one_of(task("token-classification"), text("named.?entit"))),
        ("robotics", one_of(task("robotics"), text("robot"))),
        ("depth estimation", one_of(task("depth-estimation"), text("depth"))),
        ("question answering french", every(language("fr"), one_of(task("question-answering"), text("question|qa")))),
    ],
    "licence": [
        ("apache 2.0", has("license", "Apache-2.0")),
        ("cc0", has("license", "CC0-1.0")),
        ("unlicense", has("license", "Unlicense")),
        ("MIT license", has("license", "MIT")),
        ("cc by 4.0", has("license", "CC-BY-4.0")),
        ("cdla permissive", one_of(has("license", "CDLA-Permissive-2.0"), has("license", "CDLA-Permissive-1.0"))),
    ],
    "domain, format and size": [
        ("healthcare", has("domains", "healthcare")),
        ("agriculture csv", every(has("domains", "agriculture"), has("formats", "csv"))),
        ("parquet audio", every(has("formats", "parquet"), one_of(has("modalities", "audio"), text("audio|speech")))),
        ("astronomy", one_of(has("domains", "astronomy"), text("astronom"))),
        ("insurance", one_of(has("domains", "insurance"), text("insur"))),
        ("webdataset", one_of(has("formats", "webdataset"), text("webdataset"))),
    ],
    "singular and plural": [
        ("tumors", text(r"\btumou?rs?\b")),
        ("dialogs", text(r"dialog")),
        ("poem", text(r"\bpoe(m|try)")),
        ("stories children", text(r"\bstor(y|ies)", r"\bchild|\bkid")),
        ("crop disease leaf", text(r"crop|plant|leaf|leaves", r"disease")),
        ("batteries", text(r"\bbatter(y|ies)")),
    ],
    "word forms": [
        ("translating", text(r"translat")),
        ("classify tweets", text(r"classif", r"tweet|twitter")),
        ("summarized news", text(r"summar", r"news")),
        ("annotate images", every(text(r"annotat"), IMAGE)),
        ("detecting objects", one_of(task("object-detection"), text(r"detect", r"object"))),
        ("simplification", text(r"simplif")),
    ],
    "British and American": [
        ("tumour", text(r"tumou?r")),
        ("colour", text(r"colou?r")),
        ("summarisation", text(r"summari[sz]ation")),
        ("behavior", text(r"behaviou?r")),
        ("labelled tweets", text(r"label", r"tweet|twitter")),
        ("catalog library", text(r"catalog", r"librar")),
    ],
    "symbols": [
        ("C#", text(r"c#|csharp")),
        ("C++", text(r"c\+\+|cpp")),
        (".NET", text(r"(?<!\w)\.net\b|dotnet")),
        ("3D", text(r"\b3d\b|3d")),
        ("🤗", text("🤗")),
        ("🚀", text("🚀")),
    ],
    "numbers": [
        ("1,000,000", text(r"1,000,000|1000000")),
        ("10000 sentences", text(r"10[,.]?000|10k", r"sentence")),
        ("100k instructions", text(r"100k|100,000", r"instruct")),
        ("gsm8k", text("gsm.?8k")),
        ("imagenet 1k", text("imagenet.?1k")),
        ("2024 election", text(r"2024", r"elect")),
    ],
    "a typing error": [
        ("wikipdia", text("wikipedia")),
        ("sentimnt analysis", text("sentiment")),
        ("medcial", text("medical")),
        ("pnuemonia", text("pneumonia")),
        ("insturction", text("instruct")),
        ("astronmy", text("astronom")),
    ],
    "two typing errors": [
        ("clasificaton", text("classif")),
        ("convrsatoin", text("conversation")),
        ("sumarizatoin", text("summari[sz]ation")),
        ("mathematcis prolbems", text("math", "problem")),
        ("architcture", text("architect")),
        ("mulitlingaul", text("multilingual")),
    ],
    "right words": [
        ("chest", CHEST),
        ("golf", text(r"\bgolf")),
        ("moths", text(r"\bmoths?\b")),
        ("loan", text(r"\bloans?\b")),
        ("wine", text(r"\bwines?\b")),
        ("birds", text(r"\bbirds?\b")),
    ],
    "beginnings": [
        ("tas", text(r"\btas")),
        ("radiolog", text("radiolog")),
        ("astro", text(r"\bastro")),
        ("sentim", text("sentim")),
        ("chem", one_of(text(r"\bchem"), has("domains", "chemistry"))),
        ("pneumo", text("pneumo")),
    ],
    "other languages": [
        ("medicina", text("medicin")),
        ("noticias", text("noticia")),
        ("Gesetz", text("gesetz")),
        ("Видео вопросы", text("вопрос")),
        ("医疗", text("医疗")),
        ("대화", text("대화")),
        ("ニュース", text("ニュース")),
        ("haber", text(r"haber")),
        ("imágenes", text("im[aá]gen")),
        ("juridique", text("juridique")),
        ("الطب", text("طب")),
        ("新闻", text("新闻")),
    ],
    "topics in several words": [
        ("doctor patient dialogue", every(DIALOGUE, text("doctor|medic|clinic", "patient"))),
        ("customer support", text("customer", "support|service")),
        ("protein structure", text("protein", "structur")),
        ("stock market prices", text("stock", "market|price")),
        ("satellite images", every(text("satellite|remote.?sens"), IMAGE)),
        ("python code instructions", text("python", "instruct")),
    ],
    "abbreviated terms": [
        ("LLM safety", text(r"llm|language.?model", r"safe")),
        ("RAG", text(r"\brag\b|retrieval.?augmented")),
        ("DPO preference", text(r"dpo|direct preference", r"prefer")),
        ("RLHF", text(r"rlhf|human.?feedback")),
        ("CoT reasoning", text(r"cot\b|chain.?of.?thought", r"reason")),
        ("EHR", text(r"\behr|electronic.?(health|medical)|health.?record")),
    ],
}
"""By kind, searches and their rules. Written before the ranking that they measure."""


def questions() -> Iterator[Question]:
    """All questions, kind by kind."""
    for kind, asked in KINDS.items():
        for number, (query, rule) in enumerate(asked):
            yield Question(kind, query, rule, number % SET_ASIDE == SET_ASIDE - 1)
