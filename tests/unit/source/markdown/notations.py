"""Documents composed at random of the notations of six dialects, nested in each other, with words of their own.

CommonMark and GitHub's extensions, kramdown and Jekyll, Just the Docs, MkDocs with Python-Markdown and pymdownx, MDX,
and raw HTML. In the tables below ``§`` stands for a word that occurs once in a document, ``¶`` for the
last such word again, ``†`` for one that nobody sees where nothing refers to it, ``¤`` for inline notation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

WORD = re.compile(r"zq\d+x")
MAX_DEPTH = 3

SPANS = """
§ || § || § || § || § || *§ §* || **§ §** || _§_ || __§__ || ***§*** || ~~§~~ || `§` || ``§ ` §`` || `{{ § }}`
[§](/about/) || [§](../about.md "§") || [§](#top '§') || [§](mailto:a@example.org?subject=a b) || [§](/a b/c.pdf "§")
![§](/img/a.png) || ![§](/img/a.png "§") || [![§](/img/a.png)](/about/) || [§][§] || [§][] || [§][known] || ![§][known]
**§**{: .§ } || `§`{ .§ } || [§](/about/){: title="§"} || _§_{#§} || ![§](/img/a.png){:.§} || [§]{.§} || § { .§ }
==§== || ^^§^^ || ^§^ || ~§~ || ++§++ || ||§|| || %%§%% || {++§++} || {--§--} || {==§==} || {>>§<<} || {~~§~>§~~}
<b>§</b> || <span title="§">*§*</span> || <span markdown="1">**§**</span> || <br/>§ || <§> || <kbd>§ || §</i>
<!-- § --> || a < § > b || <a href="/about/" title="§">§</a> || <img src="/img/a.png" alt="§"> || <my-§>§</my-§>
{{ site.title }} § || {{ § }} || {{ "§" }} || {% include §.html %} || {% raw %}{{ § }}{% endraw %} || {{ §
{% if § %}§{% endif %} || {% highlight ruby %}§{% endhighlight %} || {% assign a = § %} || {% link §.md %} || {{ §() }}
§_b@example.org || https://example.org/§_c || www.example.org/§ || <a@§.org> || <https://example.org/§> || [[§]]
$§_1$ || \\(§\\) || $$ § $$ || :§: || :octicons-§-16: || ++ctrl+§++ || `:::python §` || :material-§:{ .§ }
\\*§\\* || &amp;§ || §\\ || &§; || § \\| § || §[^1] || §[^2] || §[^§] || §^[§] || {§.b} || {::nomarkdown}§{:/} || (C) §
"""

BLOCKS = """
¤
¤ ¤ ¤
---
¤ ¤
¤
{: .§ }
---
¤
{ .§ #§ }
---
# ¤
---
## ¤ {#§}
---
### ¤ ## {: .§ }
---
¤
===
---
```python
§

  {{ §(
     §) }}
```
---
~~~ {: .§ }
<div>§
~~~
---
```python title="§" hl_lines="1"
{% if § %}
# §
{% endif %}
```
---
```{ .§ }
::: §
```
---
````mermaid
§
---
    §

      §
---
***
---
| § | ¤ |
|---|:-:|
| § | ¤ |
| ¤ |
{: .§ }
---
| § | § |
|---|---|
| § | § | § |
|---|---|
| § | § |
|===|===|
| § | § |
{ .§ }
---
|:---|---:|
| § | § |
| § | ¤ | § |
---
| § | § |
| § | § |
---
| § | § |
|---|
| § | § |
---
<p align="center">
  <img src="/img/a.png" alt="§">

    <b>§</b>
</p>
---
<form>
    <label>§</label>

    <input name="§">
</form>
---
<section>
¤ ¤
</section>
---
<div>§

§
---
§
</div>
---
<div §

§
---
<img src="/img/a.png" alt="§">
¤
---
<div/>
§
---
<ul>
<li>§

    <li>§
</ul>
§
---
<table>
  <tr>

    <td>§</td>
    {% comment %}
    <td>old</td>
    {% endcomment %}
    <td>¤</td>

  </tr>
  <tr><td markdown="span">¤</td><td markdown="1">¤</td></tr>
  <tr><td markdown="block">¤</td><td markdown="0">¤</td></tr>
</table>
---
<script type="application/json">
{"§":

"<p>§"}
</script>
---
<pre>
§

    *§*
</pre>
---
<!-- §

§ -->
---
<div>§</div>
```
<b>§
```
¤
---
{% include §.html
   a='§' %}
---
{% highlight python linenos %}
§ ~~~

  {{ § }}
{% endhighlight %}
---
{% highlight § %}{% raw %}
{{ § }}
{% endraw %}{% endhighlight %}
---
{% raw %}
{{ § }} {% § %}
{% endraw %}
---
```python{% raw %}
{{ § }}
{% endraw %}```
---
{% raw %}```python
{{ § }}
```{% endraw %}
---
:::{slot} domains
title: §
:::
---
:::{slot} §
:::
---
:::{slot} domains
title: §
---
::: some.§
    options: §
---
--8<-- "§.md"
---
{!§.md!}
---
[TOC]
---
§ *§*

*[¶]: †
---
$$
§_1
$$
---
\\[
§
\\]
---
import § from '@site/§'
---
export const § = 1;
---
<§ a={1} />
---
{/* § */}
---
{::comment}
§
{:/comment}
---
§
{:¶}

{:¶: .† }
---
{::options a="§" /}
---
¤
: ¤
: §
---
§
¤
: ¤

  §
---
[^§]: ¤
---
[§][¶]

[¶]: /about/ "†"
---
^^^
§
^^^
---
- [ ] ¤
- [x] ¤
---
!!! note §
    ¤
---
@[§](§)
---
> **§:** ¤
---
/// § | §
§
///
"""

NESTS: dict[str, tuple[str, str, str]] = {
    # Before the blocks within, before each of their lines, and behind them.
    "quote": ("", "> ", ""),
    "alert": ("> [!NOTE]\n", "> ", ""),
    "titled alert": ("> [!TIP] §\n", "> ", ""),
    "unknown alert": ("> [!§]\n", "> ", ""),
    "foldable alert": ("> [!WARNING]-\n", "> ", ""),
    "admonition": ("!!! note\n", "    ", ""),
    "titled admonition": ('!!! § "¤"\n', "    ", ""),
    "folded admonition": ('???+ tip inline end "§"\n', "    ", ""),
    "tab": ('=== "§"\n\n', "    ", ""),
    "callout": ("{: .note }\n", "> ", ""),
    "titled callout": ("{: .§-title }\n> §\n>\n", "> ", ""),
    "div": ('<div class="§">\n\n', "", "\n\n</div>"),
    "open div": ('<div class="§">\n\n', "", "\n"),
    "indented div": ('<div class="§">\n  <div>\n\n', "", "\n\n  </div>\n</div>"),
    "Markdown div": ('<div class="§" markdown="1">\n', "", "\n</div>"),
    "Markdown section": ('<section markdown="block">¤\n', "", "\n</section>"),
    "Markdown paragraph": ('<p markdown="1">¤\n', "", "\n</p>"),
    "no Markdown": ('<div markdown="0">\n', "", "\n</div>"),
    "details": ("<details>\n<summary>§</summary>\n\n", "", "\n\n</details>"),
    "Markdown details": ('<details markdown="1">\n<summary>¤</summary>\n', "", "\n</details>"),
    "close details": ("<details>\n<summary>§</summary>\n", "", "\n</details>"),
    "grid": ('<div class="grid cards" markdown>\n\n-   ', "    ", "\n\n</div>"),
    "if": ("{% if § %}\n", "", "\n{% endif %}"),
    "for": ("{% for a in § %}\n", "", "\n{% else %}\n§\n{% endfor %}"),
    "capture": ("{% capture § %}\n", "", "\n{% endcapture %}"),
    "colon fence": ("::: §\n", "", "\n:::"),
    "titled colon fence": (":::note[§]\n\n", "", "\n\n:::"),
    "definition": ("§\n:   ", "    ", ""),
    "component": ('<Tabs value="§">\n\n', "", "\n\n</Tabs>"),
    "footnote": ("[^1]: ", "    ", ""),
    "bullet": ("- ", "  ", ""),
    "wide bullet": ("*   ", "    ", ""),
    "number": ("1. ", "   ", ""),
    "attributed item": ("- {: .§ }\n  ", "  ", ""),
    "task": ("- [x] ¤\n\n", "  ", ""),
}
IN_SILENCE = frozenset({"quote", "callout", "div", "bullet", "wide bullet", "number", "task", "definition"})
"""Nests of which nothing is reported as a whole."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line, and the blocks around it that a diagnostic may name instead of it."""

    text: str
    blocks: tuple[int, ...] = ()


def _entries(table: str) -> list[str]:
    return table.strip("\n").split("\n---\n")


class Composer:
    """Makes one document; the same random numbers make the same one."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.spans = [span for line in SPANS.strip().split("\n") for span in line.split(" || ")]
        self.blocks = _entries(BLOCKS)
        self.hidden: set[str] = set()
        """Words that no reader is meant to see."""
        self._words = 0
        self._blocks = 0

    def _word(self, sign: re.Match[str]) -> str:
        self._words += sign.group() != "¶"
        word = f"zq{self._words}x"
        if sign.group() == "†":
            self.hidden.add(word)
        return word

    def _span(self, _: re.Match[str]) -> str:
        return " ".join(self.random.choice(self.spans) for _ in range(self.random.randint(1, 3)))

    def fill(self, template: str) -> str:
        return re.sub("[§¶†]", self._word, re.sub("¤", self._span, template))

    def _as_block(self, text: str) -> list[Line]:
        self._blocks += 1
        return [Line(line, (self._blocks,)) for line in text.split("\n")]

    def _hidden(self) -> list[Line]:
        lines = self._as_block(self.fill("{% comment %}\n§\n```\n{{ § }}\n{% endcomment %}"))
        self.hidden.update(WORD.findall("".join(line.text for line in lines)))
        return lines

    def _conflict(self, depth: int) -> list[Line]:
        within = self._sequence(depth + 1, 1)
        return self._around("<<<<<<< §\n", within, "\n=======\n§\n>>>>>>> §", True)

    def _around(self, before: str, within: list[Line], after: str, is_reported: bool) -> list[Line]:
        self._blocks += 1
        own = (self._blocks,) if is_reported else ()
        *heads, last = [Line(line, own) for line in self.fill(before).split("\n")]
        first, *tails = self.fill(after).split("\n")
        lines = [Line(line.text, (*own, *line.blocks)) for line in within]
        lines[0] = Line(last.text + lines[0].text, lines[0].blocks)
        lines[-1] = Line(lines[-1].text + first, lines[-1].blocks)
        return [*heads, *lines, *(Line(tail, own) for tail in tails)]

    def _nest(self, depth: int) -> list[Line]:
        name = self.random.choice([*NESTS, "conflict"])
        if name == "conflict":  # git writes its marks at the beginning of a line
            return self._conflict(depth) if depth == 0 else self._as_block(self.fill("¤"))
        before, prefix, after = NESTS[name]
        within = self._sequence(depth + 1, 3)
        shift = prefix if before.endswith("\n") or not before else ""
        lines = [
            Line((shift if index == 0 else prefix) + line.text if line.text or prefix == "> " else "", line.blocks)
            for index, line in enumerate(within)
        ]
        return self._around(before, lines, after, name not in IN_SILENCE)

    def _block(self, depth: int) -> list[Line]:
        share = self.random.random()
        if share < 0.03:
            return self._hidden()
        if share < 0.4 and depth < MAX_DEPTH:
            return self._nest(depth)
        return self._as_block(self.fill(self.random.choice(self.blocks)))

    def _sequence(self, depth: int, most: int) -> list[Line]:
        lines = self._block(depth)
        for _ in range(self.random.randint(0, most - 1)):
            gap = self.random.choice([1, 1, 1, 2, 0])
            below = self._block(depth)
            # Without an empty line between them, or where it is indented, the block above may go on in the one below.
            above = lines[-1].blocks if not gap or below[0].text.startswith("    ") else ()
            lines += [Line("")] * gap
            lines += [Line(line.text, (*above, *line.blocks)) for line in below]
        return lines

    def document(self) -> list[Line]:
        return [*self._sequence(0, 7), *map(Line, ["", "## End", "", "[known]: /about/"])]
