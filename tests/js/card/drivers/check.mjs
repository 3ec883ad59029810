// Checks cards: base64 texts on standard input as a JSON list, the specification's file as the argument; ledgers out.
import { readFileSync } from "node:fs";
import { checkCard } from "../../../../site_src/js/card/check.js";

const specification = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const cards = JSON.parse(readFileSync(0, "utf-8"));
const ledgers = cards.map((card) => checkCard(new Uint8Array(Buffer.from(card, "base64")), specification));
process.stdout.write(JSON.stringify(ledgers));
