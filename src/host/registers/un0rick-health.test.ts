// Tests the findings about an un0rick, register by register.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { catheterOf } from "../../shared/acquisition/catheters"
import type { RegisterValue, Status } from "../../shared/protocol/messages"
import * as codes from "../../shared/codes"
import { DUMP_UN0RICK, SOURCE_NO_ANSWER, SOURCE_READ } from "../../shared/protocol/register-dump"
import * as un from "../../shared/devices/un0rick"
import { un0rickGains } from "../sequence/firing-check"
import { Dump } from "./dump"
import { un0rickCatheterOf, un0rickFindings, un0rickNotes } from "./un0rick-health"

const test = suite("health of an un0rick")

const catheter = catheterOf("single-un0rick")!
const GAINS = un0rickGains(catheter)
/** As configured by the cart; pulse from the table of boards/un0rick.md for 5 MHz. */
const GOOD = new Map<number, number>([
    ...[6, 12, 103, 12, 0].map((v, i): [number, number] => [i, v]),
    [un.UN_DACOUT, GAINS[0]!],
    ...GAINS.map((code, i): [number, number] => [un.UN_DACGAIN + i, code]),
    [un.UN_ACQDONE, 1],
    [un.UN_NBLINES, un.UN_NBLINES_USED],
    [un.UN_ACQBUSY, 0],
    [un.UN_HVMUXEN, 1],
    [un.UN_HVMUXSW, 0],
    [un.UN_RAMFDONE, 1],
    [un.UN_AUTHOR, 1],
    [un.UN_VERSION, 0x0201],
])

function dumpWith(changes: readonly [number, number][], source = SOURCE_READ) {
    const dump = new Dump(1)
    const all = [...new Map([...GOOD, ...changes])]
    all.forEach(([address, value], index) => {
        const r = {
            serial: 1,
            index,
            count: all.length,
            chip: DUMP_UN0RICK,
            address,
            source,
            value,
        }
        dump.add(r as RegisterValue)
    })
    return dump
}

const findings = (dump: Dump, fault: number = codes.GOOD): string =>
    un0rickFindings(dump, { fault } as Status)
        .map(f => f.what)
        .join(" ")

test("no finding for a board as configured by the cart", () => {
    const dump = dumpWith([])
    assert.is(findings(dump), "")
    assert.equal(un0rickNotes(dump), [])
    assert.is(un0rickCatheterOf(dump)?.id, catheter.id)
    // The upper byte of VERSION is not a number in the gateware's source.
    assert.is(findings(dumpWith([[un.UN_VERSION, 0xff01]])), "")
})

test("one finding for each wrong register", () => {
    assert.is(findings(dumpWith([], SOURCE_NO_ANSWER)), "The un0rick does not answer.")
    for (const [address, value, sentence] of [
        [un.UN_VERSION, 0x0202, /has version 2; this program needs version 1/],
        [un.UN_NBLINES, 0, /has been reset and lost its settings/],
        [un.UN_RAMFDONE, 0, /memory has not been tested/],
        [un.UN_ACQBUSY, 1, /does not finish the acquisition/],
        [un.UN_DACOUT, 0x100, /DACOUT is not what the cart wrote/],
        [un.UN_HVMUXEN, 0, /HVMUXEN is not what the cart wrote/],
    ] as const)
        assert.match(findings(dumpWith([[address, value]])), sentence)
})

test("a board that was never set up is not reported as reset", () => {
    const dump = dumpWith([[un.UN_NBLINES, 0]])
    assert.is(findings(dump, codes.FAULT_UN0RICK_CATHETER), "")
    assert.is(findings(dump, codes.FAULT_ESTOP), "")
    assert.match(findings(dump, codes.FAULT_UN0RICK_RESET), /has been reset/)
})

test("pulse and gain of another catheter are a hint", () => {
    for (const address of [un.UN_INITDEL + 1, un.UN_DACGAIN + 31]) {
        const dump = dumpWith([[address, 99]])
        assert.is(findings(dump), "")
        assert.is(un0rickCatheterOf(dump), undefined)
        assert.match(un0rickNotes(dump)[0]!.what, /match no built-in catheter/)
    }
})

test.run()
