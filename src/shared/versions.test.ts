// The rule of the bedside unit, and of any client, for a cart of another version; vectors: protocol/vectors.test.ts.

import { readFileSync } from "node:fs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { GOOD, REJECT_CART_OLDER, REJECT_UNIT_OLDER, sentenceOf } from "./codes"
import { CONTRACT_VERSION, PROGRAM_VERSION, versionReason, versionText } from "./versions"

const test = suite("versions")

test("a unit refuses a cart of another version, and names the one to update [IVUS-SVC-005]", () => {
    const reasonFor = (register: number): number =>
        versionReason(register, CONTRACT_VERSION, REJECT_UNIT_OLDER)
    assert.is(reasonFor(CONTRACT_VERSION), GOOD)
    // No register: a cart from before there was one.
    for (const older of [0, CONTRACT_VERSION - 1]) assert.is(reasonFor(older), REJECT_CART_OLDER)
    for (const newer of [CONTRACT_VERSION + 1, 0xffff])
        assert.is(reasonFor(newer), REJECT_UNIT_OLDER)
    assert.match(sentenceOf(REJECT_CART_OLDER), /: update the cart$/)
    assert.match(sentenceOf(REJECT_UNIT_OLDER), /: update the bedside unit$/)
})

test("the contract is the version without its patch number, and fits the register of 16 bits", () => {
    assert.is(CONTRACT_VERSION, Math.floor(PROGRAM_VERSION / 256))
    assert.ok(CONTRACT_VERSION <= 0xffff)
    assert.is(versionText(0x010203), "1.2.3")
})

test("package.json has the same version", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string }
    assert.is(version, versionText(PROGRAM_VERSION))
})

test.run()
