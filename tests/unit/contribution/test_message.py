"""Mails that were made to do harm, or that programs wrote in unusual ways, are read in time and never followed."""

from __future__ import annotations

import codecs

import pytest

from otdi_site.contribution import UnreadableMessageError, read_message
from otdi_site.contribution.html_text import html_as_text

HEAD = b"From: jo@example.org\nMIME-Version: 1.0\n"
COUNT = 300_000
"""Repetitions for which a reader that takes the square of a text's length would not end before the tests do."""


def html(text: str) -> str:
    content = HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + text.encode()
    return "".join(read_message(content).texts)


@pytest.mark.parametrize(
    "text",
    [
        "<",
        "<a ",
        "<!--",
        "</",
        "<![",
        "<?",
        "<!x",
        "<a b='",
        '<a b="',
        "<a a=",
        "<script></s",
        "&#1",
        "&",
        "<div>",
        "= ",
    ],
)
def test_html_is_read_in_time_whatever_it_repeats(text: str) -> None:
    assert html("<p>Dataset name: Tides</p>" + text * COUNT).startswith("Dataset name: Tides")


@pytest.mark.parametrize("value", ["a@example.org, ", '"a ', "=?utf-8?q?a?= ", "(", "<", "[", "a:", "\\"])
@pytest.mark.parametrize("name", ["From", "Content-Type", "Content-Disposition"])
def test_a_header_without_end_costs_little(name: str, value: str) -> None:
    content = f"{name}: {value * COUNT}\n\nDataset name: Tides\n".encode()
    try:
        assert read_message(content).texts in (("Dataset name: Tides\n",), ())
    except UnreadableMessageError as problem:
        assert "nested too deeply" in str(problem)  # noqa: PT017 - either is fine


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "zlib_codec", "rot13", "x-unknown"])
def test_no_text_is_decoded_by_a_codec_that_is_none_of_mails(charset: str) -> None:
    head = HEAD + f"Content-Type: text/plain; charset={charset}\n\n".encode("utf-8", "surrogateescape")
    message = read_message(head + b"Name: \\u0041-" + b"9a" * COUNT)
    assert message.texts[0].startswith("Name: \\u0041-9a")
    assert len(message.notes) == 1


def test_parts_without_end_are_refused() -> None:
    many = b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * COUNT
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(5_000)
    )
    for content in (HEAD + many, HEAD + deep):
        with pytest.raises(UnreadableMessageError, match=r"parts|nested"):
            read_message(content)


def test_flowed_text_of_a_million_lines_is_joined() -> None:
    text = read_message(HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 1_000_000).texts[0]
    assert text.startswith("a a a ")


def test_a_sender_who_is_none_is_left_out() -> None:
    for value in (b"<>", b"undisclosed-recipients:;", b"\xff\xfe@example.org", b"Jo", b"(((", b"@example.org"):
        assert read_message(b"From: " + value + b"\n\nx").sender == "", value
    assert read_message(b"Reply-To: none\nFrom: Jo <jo@example.org>\n\nx").sender == "jo@example.org"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("größer".encode("cp1252"), "text/plain; charset=windows-1252"),
        ("größer".encode("utf-16"), "application/octet-stream"),
        (codecs.BOM_UTF16_BE + "größer".encode("utf-16-be"), "text/plain; charset=us-ascii"),
        ("größer".encode(), "text/markdown; charset=iso-8859-1"),
    ],
)
def test_a_card_is_taken_in_utf_8(content: bytes, kind: str) -> None:
    head = HEAD + f"Content-Type: {kind}\nContent-Disposition: attachment; filename=README.md\n".encode()
    encoded = codecs.encode(content, "base64")
    [card] = read_message(head + b"Content-Transfer-Encoding: base64\n\n" + encoded).cards
    assert card.content.decode() == "größer"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>a<p>b", "a\nb"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<p>a</p><p>&nbsp;</p><p>b</p>", "a\n\nb"),
        ("a\n  b<br>c", "a b\nc"),
        ("<pre>a\n b\n\nc</pre>", "a\n b\n\nc"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n>> b\nc"),
        ('<a href="https://example.org/?a=1&amp;b=2">Tides</a>', "Tides <https://example.org/?a=1&b=2>"),
        ('<a href="https://other.example/">https://example.org/x</a>', "https://example.org/x"),
        ("<a href='javascript:alert(1)'>Tides</a>", "Tides"),
        ("Yes/<s>No</s>", "Yes/"),
        ("<s>a<p>b", "b"),
        ("<style>p > a {}</style><title>t</title><script>a<b</script>x", "x"),
        ("<!-- a > b --><![if x]>c<![endif]>", "c"),
        ('<p title="a > b">c', "c"),
        ("1 < 2 &lt;b&gt; &amp;amp;", "1 < 2 <b> &amp;"),
    ],
)
def test_html_becomes_the_text_that_its_reader_sees(text: str, expected: str) -> None:
    assert html_as_text(text) == expected
