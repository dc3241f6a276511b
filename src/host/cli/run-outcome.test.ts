// Which runs end a pullback with exit status 1 although their results were written.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { TimingFigure } from "../results/timing/timing-figures"
import { shortfallError } from "./run-outcome"

const figure = (name: string, verdict: TimingFigure["verdict"]): TimingFigure => ({
    ...{ name, verdict, value: 1, unit: "mm", limit: "0", note: "" },
})
const TIMING = [figure("length", "pass"), figure("jolt", "fail"), figure("rate", "fail")]
const COMPLETE = { verdict: "complete", verdictReason: null } as const

const test = suite("the exit status of a run with results")

test("a complete run within its limits is none, also with lost lines", () => {
    const within = TIMING.slice(0, 1)
    assert.is(shortfallError({ ...COMPLETE, lines: { missing: 0 }, timing: within }), undefined)
    assert.is(shortfallError({ ...COMPLETE, lines: { missing: 3 }, timing: within }), undefined)
})

test("a complete run outside a limit is one; with lost lines, which may be the reason, it is not", () => {
    const error = shortfallError({ ...COMPLETE, lines: { missing: 0 }, timing: TIMING })
    assert.is(error?.message, "The run is complete, but not within its limits: jolt; rate.")
    assert.is(shortfallError({ ...COMPLETE, lines: { missing: 3 }, timing: TIMING }), undefined)
})

test("a run that is incomplete or was stopped is one [IVUS-DAT-003]", () => {
    for (const verdict of ["incomplete", "stopped"] as const) {
        const run = { verdict, verdictReason: "because", lines: { missing: 0 }, timing: [] }
        assert.is(shortfallError(run)?.message, `The run is ${verdict}: because.`)
    }
})

test.run()
