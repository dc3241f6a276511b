// Questions at the terminal: who allows a motion with and without --home, --yes and a terminal.

import { PassThrough } from "node:stream"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { UsageError } from "../errors"
import { FAULT_ESTOP, FAULT_STALL } from "../../shared/codes"
import { acknowledging, calibrating, homing, pulling, resetting, returning } from "../run/motions"
import type { Motion } from "../run/operator"
import { chosenOperator } from "./options/operator-options"
import { type Allowed, terminalOperator } from "./terminal-operator"

const HOME = homing()
const RETURN = returning(20e6)
const ACKNOWLEDGE = acknowledging(FAULT_STALL)
const RESET = resetting(FAULT_ESTOP)
const PULL = pulling(1e6, { speedMmPerS: 1, lengthMm: 25 }, undefined)

/** @param typed what the user types; undefined without a terminal */
async function ask(
    motion: Motion,
    allowed: Allowed,
    typed: string | undefined
): Promise<{ answer: string; printed: string }> {
    const input = new PassThrough()
    let printed = ""
    const { operator, close } = terminalOperator(allowed, {
        ...{ isInteractive: typed !== undefined, input },
        print: line => void (printed += line),
    })
    const answered = new Promise<string>(resolve =>
        operator(
            motion,
            () => resolve("go"),
            why => resolve(why)
        )
    )
    input.end(typed)
    const answer = await answered
    close()
    return { answer, printed }
}

const test = suite("questions at the terminal")

test("says what will move, and goes only after yes [IVUS-MOT-002]", async () => {
    for (const typed of ["y\n", "yes\n", " Y \n"]) {
        const { answer, printed } = await ask(HOME, {}, typed)
        assert.is(answer, "go")
        assert.match(printed, /moves towards the patient.*\nHome the sled\? \[y\/N\] $/)
    }
    for (const typed of ["\n", "n\n", "yess\n", "no\n", ""])
        assert.match((await ask(PULL, {}, typed)).answer, /^Nothing was moved\. .*answered with no/)
})

test("--home allows homing, --yes the rest; both say what moves", async () => {
    for (const [motion, allowed] of [
        [HOME, { home: true }],
        [RETURN, { yes: true }],
        [ACKNOWLEDGE, { yes: true }],
        [PULL, { yes: true }],
    ] as const) {
        const { answer, printed } = await ask(motion, allowed, undefined)
        assert.is(answer, "go")
        assert.is(printed, `${motion.what}\n`)
    }
})

test("without a terminal, names the option that is missing", async () => {
    assert.match((await ask(HOME, { yes: true }, undefined)).answer, /Add --home to allow it/)
    assert.match((await ask(RETURN, { home: true }, undefined)).answer, /Add --yes to allow it/)
})

test("no option resets a cart after an emergency stop: a person at a terminal does [IVUS-SAF-002]", async () => {
    const allowed = { home: true, yes: true } as const
    const { answer } = await ask(RESET, allowed, undefined)
    assert.match(
        answer,
        /\(fault 162\)\..* release the emergency stop, .*in a terminal, which asks/
    )
    const asked = await ask(RESET, allowed, "y\n")
    assert.is(asked.answer, "go")
    assert.match(asked.printed, /\nReset the cart after the emergency stop\? \[y\/N\] $/)
    assert.match((await ask(RESET, allowed, "\n")).answer, /was answered with no/)
})

test("a calibration is never part of another command on a real cart [IVUS-MOT-002]", async () => {
    const { answer } = await ask(calibrating("Because.", 12), { home: true, yes: true }, "y\n")
    assert.match(answer, /ivus -- calibrate/)
})

test("a withdrawn question is not answered", async () => {
    const input = new PassThrough()
    const print = (): void => undefined
    const { operator, close } = terminalOperator({}, { isInteractive: true, input, print })
    let answered = 0
    operator(
        HOME,
        () => answered++,
        () => answered++
    )
    close()
    input.end("y\n")
    await new Promise(resolve => setImmediate(resolve))
    assert.is(answered, 0)
})

test("the virtual board may move and says once that it does", () => {
    const lines: string[] = []
    const { operator } = chosenOperator({ kind: "virtual" }, {}, line => lines.push(line))
    let moves = 0
    for (const motion of [HOME, PULL])
        operator(
            motion,
            () => moves++,
            () => assert.unreachable()
        )
    assert.is(moves, 2)
    assert.is(lines.length, 1)
    assert.match(
        lines[0]!,
        /first homed, calibrated, and homed again\. On the virtual board --home and --yes are implied/
    )
})

test("a fault of the virtual board is reported, not ended", () => {
    const { operator } = chosenOperator({ kind: "virtual" }, {}, () => assert.unreachable())
    for (const motion of [ACKNOWLEDGE, RESET])
        operator(
            motion,
            () => assert.unreachable(),
            why => assert.is(why, motion.what)
        )
})

test("a command that always moves a real sled needs a terminal or --yes [IVUS-MOT-002]", () => {
    const terminal = { isInteractive: false, input: new PassThrough(), print: () => undefined }
    const chosen = (options: Allowed): unknown =>
        chosenOperator({ kind: "tcp" }, options, () => undefined, "ivus pullback", terminal)
    assert.throws(
        () => chosen({ home: true }),
        (e: Error) => e instanceof UsageError
    )
    chosen({ yes: true })
})

test.run()
