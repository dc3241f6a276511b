// Tests what `npm run campaign -- --replay` accepts.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { Case } from "./case"
import { drawCase } from "./draw"
import { NoCase, replayedCase } from "./replayed-case"

const replayed = suite("a replayed case")

const CASES = Array.from({ length: 200 }, (_, n) => drawCase(3, n))
const numbered = (n: number): Promise<Case | undefined> => Promise.resolve(CASES[n])
const from = (value: unknown): Promise<Case> =>
    replayedCase(typeof value === "string" ? value : JSON.stringify(value), numbered)

replayed("is named by its number, its JSON or its line of the results file", async () => {
    assert.equal(await from("11"), CASES[11])
    for (const c of CASES) assert.equal(await from(c), c)
    const line = { n: 11, case: CASES[11], findings: [], disturbed: true, ms: 90 }
    assert.equal(await from(line), CASES[11])
    assert.equal(await from({ ...line, shrunk: CASES[12] }), CASES[12])
})

replayed("is refused with one sentence otherwise", async () => {
    const c = CASES[11]!
    const wrong = [
        ...["200", "-1", "1.5", "x", "null", "[]", "{}", '"11"', JSON.stringify(c).slice(0, -1)],
        ...[{ n: 11 }, { case: 11 }, { ...c, cart: "1" }, { ...c, frontEnd: "line" }],
        ...[
            { ...c, steps: 1 },
            { ...c, steps: [null] },
            { ...c, steps: [{ do: "dance" }] },
        ],
        ...[
            { ...c, steps: [{ do: "wait" }] },
            { ...c, disturbance: { what: "bus" } },
        ],
        { ...c, disturbance: null },
    ]
    for (const text of wrong)
        try {
            await from(text)
            assert.unreachable(`accepted ${JSON.stringify(text)}`)
        } catch (e) {
            assert.instance(e, NoCase, JSON.stringify(text))
            assert.not.match((e as Error).message, "\n")
        }
})

replayed.run()
