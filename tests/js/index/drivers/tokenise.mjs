// Reads a JSON array of texts from standard input and writes the JSON array of their tokens.

import { tokenise } from "../../../../site_src/js/index/tokenizer.js";
import { text } from "node:stream/consumers";

const texts = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(texts.map(tokenise)));
