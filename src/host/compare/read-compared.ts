// Reads what a comparison needs from the folder of a run: run.json and measurements.csv.

import { createHash } from "node:crypto"
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs"
import { basename, join, resolve } from "node:path"
import { parse } from "csv-parse/sync"
import { catheterOf, isCircumferential } from "../../shared/acquisition/catheters"
import { diskReason } from "../disk-reason"
import { RunError } from "../errors"
import { nameText } from "../log/log-text"
import type { FrameFlag } from "../measure/frame-measures"
import { readRecord, RecordError } from "../runs/record-schema"
import { CAPTURE_NAME, type RunRecord } from "../runs/run-record"
import type { ComparedFrame, ComparedRun } from "./compared-run"

export const MEASUREMENTS_NAME = "measurements.csv"

/** @throws RunError when the run cannot be compared */
export function readCompared(folder: string): ComparedRun {
    const name = nameText(basename(resolve(folder)))
    const record = recordIn(folder)
    const catheter = catheterOf(record.catheter)
    if (catheter && !isCircumferential(catheter))
        throw new RunError(
            `${name} has no cross-sections (its catheter ${record.catheter} looks one way); compare pullbacks with cross-sections.`
        )
    const frames = framesIn(folder, name)
    if (frames.length < 2)
        throw new RunError(
            `${name} has ${frames.length === 1 ? "one frame only" : "no frames"}; compare pullbacks with at least two.`
        )
    return { name, record, catheter, frames, capture: captureIn(folder) }
}

/** A capture has a session of its own and noise in its A-lines, so that its size and beginning tell it from others. */
const CAPTURE_HEAD_BYTES = 1 << 20

function captureIn(folder: string): string | undefined {
    let fd: number | undefined
    try {
        fd = openSync(join(folder, CAPTURE_NAME), "r")
        const head = Buffer.alloc(CAPTURE_HEAD_BYTES)
        const read = readSync(fd, head, 0, head.length, 0)
        const hash = createHash("sha256").update(head.subarray(0, read)).digest("hex")
        return `${fstatSync(fd).size} ${hash}`
    } catch {
        // It is only for a note: a run may be kept without its capture.
        return undefined
    } finally {
        if (fd !== undefined) closeSync(fd)
    }
}

function recordIn(folder: string): RunRecord {
    try {
        return readRecord(folder)
    } catch (error) {
        if (error instanceof RecordError) throw new RunError(error.message)
        throw error
    }
}

function framesIn(folder: string, name: string): ComparedFrame[] {
    const file = join(folder, MEASUREMENTS_NAME)
    let rows: Record<string, string>[]
    try {
        rows = parse(readFileSync(file), { columns: true, bom: true, skip_empty_lines: true })
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        const reason =
            code === "ENOENT"
                ? "there is none"
                : code?.startsWith("CSV_")
                  ? "it is damaged"
                  : diskReason(error)
        throw new RunError(
            `The ${MEASUREMENTS_NAME} of ${name} cannot be read (${reason}); make it again with "ivus measure ${name}".`
        )
    }
    const frames = rows.map(frameOf)
    if (
        frames.some(
            ({ frame, positionMm }) => !Number.isFinite(frame) || !Number.isFinite(positionMm)
        )
    )
        throw new RunError(
            `The ${MEASUREMENTS_NAME} of ${name} is damaged; make it again with "ivus measure ${name}".`
        )
    return frames.sort((a, b) => a.positionMm - b.positionMm)
}

/** Columns that an earlier version did not write are empty. */
function frameOf(row: Record<string, string>): ComparedFrame {
    const number = (column: string): number | null => {
        const text = row[column] ?? ""
        const value = Number(text)
        return text.trim() === "" || !Number.isFinite(value) ? null : value
    }
    return {
        frame: number("frame") ?? NaN,
        positionMm: number("position_mm") ?? NaN,
        areaMm2: number("lumen_area_mm2"),
        minDiameterMm: number("min_diameter_mm"),
        maxDiameterMm: number("max_diameter_mm"),
        vesselAreaMm2: number("vessel_area_mm2"),
        plaqueBurdenPercent: number("plaque_burden_percent"),
        stentAreaMm2: number("stent_area_mm2"),
        confidence: number("confidence"),
        flags: (row.flags ?? "").split(";").filter(flag => flag !== "") as FrameFlag[],
    }
}
