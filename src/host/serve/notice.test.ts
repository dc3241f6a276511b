// What `ivus serve` prints: harmless text, one JSON object a line, and a sentence that comes every second once a minute.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { type Notice, noticeJson, noticeText } from "./notice"
import { Repeats } from "./repeats"

const test = suite("notices of ivus serve")

const NOTICE: Notice = {
    kind: "run",
    ...{ board: "0000000200000001", text: "first\nsecond \u001b[31m\u0007" },
    data: { folder: "runs/a", run: 7 },
}

test("its lines stay lines, and nothing in them acts on a terminal", () => {
    assert.is(noticeText(NOTICE), "cart 0000000200000001: first\nsecond \\u{1b}[31m\\u{7}")
    assert.is(noticeText({ kind: "note", text: "of the host" }), "of the host")
})

test("as JSON it is one line with time, kind, cart, text and data", () => {
    const line = noticeJson(NOTICE, 1_796_000_000_123)
    assert.not.match(line, /[\n\u001b]/)
    const { time, ...rest } = JSON.parse(line) as Record<string, unknown>
    assert.is(Date.parse(String(time)), 1_796_000_000_123)
    assert.equal(rest, {
        ...{ kind: "run", board: "0000000200000001", text: NOTICE.text },
        ...{ folder: "runs/a", run: 7 },
    })
    assert.is(JSON.parse(noticeJson({ kind: "note", text: "x" }, 0)).board, null)
})

test("a sentence is told once a minute, with the number of times that it came meanwhile", () => {
    let nowMs = 0
    const repeats = new Repeats(() => nowMs)
    const told: (string | undefined)[] = []
    for (; nowMs < 62_000; nowMs += 1000) told.push(repeats.pass("a", "refused"))
    assert.equal(told.filter(Boolean), ["refused", "refused (and 59 times before)"])
    assert.is(repeats.pass("b", "refused"), "refused", "it is about another cart")
    for (let n = 0; n < 1000; n++) repeats.pass(`${n}`, "refused")
    assert.is(repeats.pass("a", "refused"), "refused", "only the latest ones are remembered")
})

test.run()
