// Long lines at a terminal.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { wrapped } from "./terminal"

const test = suite("long lines at a terminal")
const TERMINAL = { isTTY: true, columns: 10 }

test("are broken between words, never within one", () => {
    assert.is(wrapped("one two three four\n  ab", TERMINAL), "one two\nthree four\n  ab")
    assert.is(wrapped("a unbreakableword b", TERMINAL), "a\nunbreakableword\nb")
    assert.is(wrapped("[y/N] ", TERMINAL), "[y/N] ")
})

test("stay whole in a file", () => {
    const line = "one two three four"
    assert.is(wrapped(line, { isTTY: false, columns: 10 }), line)
})

test.run()
