// The copies of calibrations that the host keeps for each board.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { nominalCalibration } from "../../shared/motion/calibration"
import { RunError } from "../errors"
import {
    boardsWithCopies,
    copyOf,
    historyOf,
    newCopyOf,
    readCopy,
    writeCopy,
} from "./calibration-copies"

const test = suite("calibration copies")
const folder = mkdtempSync(join(tmpdir(), "ivus-copies-"))
const former = process.env.IVUS_CALIBRATIONS
test.before(() => void (process.env.IVUS_CALIBRATIONS = folder))
test.after(() => {
    if (former === undefined) delete process.env.IVUS_CALIBRATIONS
    else process.env.IVUS_CALIBRATIONS = former
    rmSync(folder, { recursive: true, force: true })
})

const BOARD = "0000000200000001"
const DATES = ["2026-11-30T10:39:17.123Z", "2026-12-01T08:00:00.000Z"] as const

test("each calibration is kept; the newest is restored, and an earlier one by its date", () => {
    assert.equal(boardsWithCopies(), [])
    const backlashNm = [5000, 7000]
    DATES.forEach((date, i) =>
        writeCopy(newCopyOf(BOARD, date), BOARD, date, {
            ...nominalCalibration(),
            backlash_nm: backlashNm[i]!,
        })
    )
    assert.equal(boardsWithCopies(), [BOARD])
    assert.equal(
        historyOf(BOARD).map(copy => copy.date),
        DATES
    )
    assert.is(readCopy(copyOf(BOARD), BOARD).backlash_nm, 7000)
    assert.is(readCopy(copyOf(BOARD, DATES[0]), BOARD).backlash_nm, 5000)
})

test("a damaged copy is not offered, and an earlier one is", () => {
    writeFileSync(newCopyOf(BOARD, "2026-12-02T08:00:00.000Z"), "{}")
    assert.is(readCopy(copyOf(BOARD), BOARD).backlash_nm, 7000)
})

test("the copy of another board, and one that is missing, are refused", () => {
    const refused = (file: string, reason: RegExp): void =>
        assert.throws(
            () => readCopy(file, "00000002000000ff"),
            (error: unknown) => error instanceof RunError && reason.test(error.message)
        )
    refused(copyOf(BOARD), /is of board 0000000200000001/)
    refused(copyOf(BOARD, "2026-01-01T00:00:00.000Z"), /There is no copy/)
})

test.run()
