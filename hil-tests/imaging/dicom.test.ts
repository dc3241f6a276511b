// pullback.dcm in other software: pydicom reads the same pictures as in the PNG files, and dciodvfy
// reports no error.

import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { PNG } from "pngjs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { decodeJpegLs } from "../../src/host/results/dicom/testing/decode-jpeg-ls"
import {
    type TestRunOptions,
    wholeDicom,
} from "../../src/host/results/dicom/testing/dicom-test-run"
import { MOVE_GATED } from "../../src/shared/motion/move-terms"
import { ivus } from "../support/cli/ivus"
import { keepCalibration } from "../support/cli/calibrated-board"

const READER = fileURLToPath(new URL("../support/imaging/read-dicom.py", import.meta.url))
/** The system's Python has the system's pydicom, even if another Python is first on PATH. */
const PYTHON = ["python3", "/usr/bin/python3"].find(
    python => spawnSync(python, ["-c", "import pydicom"]).status === 0
)
const VALIDATOR = spawnSync("dciodvfy", ["-version"]).error ? undefined : "dciodvfy"

const folder = mkdtempSync(join(tmpdir(), "ivus-dicom-"))
const out = join(folder, "out")
const depth = join(folder, "depth")

/** A zone of its own, so that the date does not depend on that of this computer. */
const ABOUT = [
    "--date",
    "2026-11-30T10:39:17.5Z",
    "--patient-id",
    "P-7",
    "--study",
    "Vein graft, 2",
]

const test = suite("pullback.dcm, read by other software")
keepCalibration(test)
test.after(() => rmSync(folder, { recursive: true, force: true }))

// A test rather than `before`: uvu silently skips a suite whose `before` fails.
test("is written by a pullback, also with an un0rick", async () => {
    const runs = [
        ["pullback", "--once", "--length", "1", "--out", out, ...ABOUT],
        [
            "pullback",
            "--once",
            "--catheter",
            "single-un0rick",
            "--frame-rate",
            "1",
            "--length",
            "2",
            "--out",
            depth,
        ],
    ]
    for (const run of runs) {
        const { status, err } = await ivus(...run)
        assert.is(status, 0, err)
    }
    for (const of of [out, depth]) assert.ok(readdirSync(of).includes("pullback.dcm"), of)
})

interface Read {
    readonly syntax: string
    readonly tags: Readonly<Record<string, string>>
    readonly region: Readonly<Record<string, number>>
    readonly spacing: readonly number[]
    readonly times: readonly number[]
    /** SHA-256 of each picture. */
    readonly frames: readonly string[]
}

/** Decodes with CharLS, and checks that pydicom's own decoder agrees where it has one. */
async function pydicom(file: string): Promise<Read> {
    const read = spawnSync(PYTHON!, [READER, file], { encoding: "utf8", maxBuffer: 1 << 26 })
    assert.is(read.status, 0, read.stderr)
    const { fragments, decoded, ...rest } = JSON.parse(read.stdout) as Omit<Read, "frames"> & {
        readonly fragments: readonly string[]
        readonly decoded: readonly string[] | null
    }
    const frames: string[] = []
    for (const fragment of fragments) {
        const greys = await decodeJpegLs(Buffer.from(fragment, "base64"))
        frames.push(createHash("sha256").update(greys).digest("hex"))
    }
    if (decoded) assert.equal(decoded, frames)
    else console.log("decoded by CharLS only (apt-get install python3-gdcm python3-numpy)")
    return { ...rest, frames }
}

function withPydicom(name: string, run: () => void | Promise<void>): void {
    test(name, async () => {
        if (PYTHON) return run()
        console.log("skipped, because pydicom is missing (apt-get install python3-pydicom)")
    })
}

/** The lines that dciodvfy prints for a file. */
function dciodvfy(file: string, kind = "USMultiFrameImage"): string[] {
    const { stdout, stderr } = spawnSync(VALIDATOR!, [file], { encoding: "utf8" })
    const printed = (stdout + stderr).trim().split("\n")
    assert.ok(printed.includes(kind), printed.join("\n"))
    return printed
}

function withDciodvfy(name: string, run: () => void | Promise<void>): void {
    test(name, async () => {
        if (VALIDATOR) return run()
        console.log("skipped, because dciodvfy is missing (apt-get install dicom3tools)")
    })
}

/** SHA-256 of the grey values of each PNG in a folder, in order. */
function pngs(of: string, names: RegExp): string[] {
    return readdirSync(of)
        .filter(name => names.test(name))
        .sort()
        .map(name => {
            const { data } = PNG.sync.read(readFileSync(join(of, name)))
            const greys = Uint8Array.from({ length: data.length / 4 }, (_, i) => data[4 * i]!)
            return createHash("sha256").update(greys).digest("hex")
        })
}

/** Columns of measurements.csv by name. */
function measured(of: string): Record<string, number>[] {
    const [names, ...rows] = readFileSync(join(of, "measurements.csv"), "utf8")
        .trim()
        .split("\n")
        .map(row => row.split(","))
    return rows.map(row => Object.fromEntries(row.map((v, i) => [names![i]!, Number(v)])))
}

withPydicom("every frame equals its PNG", async () => {
    const { frames, tags, syntax } = await pydicom(join(out, "pullback.dcm"))
    assert.is(syntax, "1.2.840.10008.1.2.4.80")
    assert.is(frames.length, 30)
    assert.equal(frames, pngs(out, /^cross-section/))
    // All differ, so a frame written twice would be detected.
    assert.is(new Set(frames).size, 30)
    assert.equal([tags.Rows, tags.Columns], ["400", "400"])
    assert.equal([tags.PhotometricInterpretation, tags.BitsStored], ["MONOCHROME2", "8"])
})

withPydicom(
    "states modality, pixel size, frame times and frame positions [IVUS-IMG-003]",
    async () => {
        const { tags, region, spacing, times } = await pydicom(join(out, "pullback.dcm"))
        assert.is(tags.SOPClassUID, "1.2.840.10008.5.1.4.1.1.3.1")
        assert.is(tags.Modality, "IVUS")
        assert.is(tags.IVUSAcquisition, "MOTOR_PULLBACK")
        assert.is(Number(tags.IVUSPullbackRate), 1)
        assert.equal(
            [tags.IVUSPullbackStartFrameNumber, tags.IVUSPullbackStopFrameNumber],
            ["1", "30"]
        )
        // Sample spacing in nm: 256 samples of 39,063 nm and not of 10 mm / 256.
        const cm = (2 * 256 * 39_063) / 1e7 / 400
        for (const delta of [region.PhysicalDeltaX!, region.PhysicalDeltaY!])
            assert.ok(Math.abs(delta - cm) < 1e-9, `${delta} cm`)
        // Six decimals are written.
        for (const mm of spacing) assert.ok(Math.abs(mm - 10 * cm) <= 5.01e-7, `${mm} mm`)
        const rows = measured(out)
        let ms = 0
        for (const [i, { time_ms }] of rows.entries())
            assert.ok(Math.abs((ms += times[i]!) - time_ms!) < 1e-6, `frame ${i}`)
        const mm = (rows.at(-1)!.position_mm! - rows[0]!.position_mm!) / 29
        // Positions in the table have four decimals.
        assert.ok(Math.abs(Number(tags.SpacingBetweenSlices) - mm) < 1e-5)
        assert.match(tags.ImageComments!, /^Investigational, not for clinical use/)
    }
)

withPydicom(
    "for a single-element catheter that does not rotate the picture is depth over time",
    async () => {
        const { frames, region, spacing, tags } = await pydicom(join(depth, "pullback.dcm"))
        assert.is(frames.length, 2)
        assert.equal(frames, pngs(depth, /^depth-lines/))
        // M-mode: seconds horizontally, centimetres vertically.
        assert.equal(
            [
                region.RegionSpatialFormat,
                region.PhysicalUnitsXDirection,
                region.PhysicalUnitsYDirection,
            ],
            [2, 4, 3]
        )
        // One frame per second.
        assert.ok(Math.abs(region.PhysicalDeltaX! * Number(tags.Columns) - 1) < 0.1)
        assert.equal(spacing, [])
    }
)

const CASES: Record<string, Partial<TestRunOptions>> = {
    "one frame of an odd size": { frames: 1, widthPx: 5, heightPx: 3 },
    "ECG-gated": { description: { mode: MOVE_GATED, step_um: 500 } },
    "of a patient with a name in two scripts": {
        about: {
            dateMs: 0,
            patient: { id: "Ж-7", name: "Müller^Jürgen=山田^太郎" },
            study: "Études coronaires, été 2026",
        },
    },
    "more times than an element holds": { frames: 10_000, timeMs: i => 11.111 * i },
}

withDciodvfy("conforms to the standard", async () => {
    const files = [join(out, "pullback.dcm"), join(depth, "pullback.dcm")]
    for (const [name, pulled] of Object.entries(CASES)) {
        const file = join(folder, `${name}.dcm`)
        writeFileSync(file, await wholeDicom(pulled))
        files.push(file)
    }
    for (const file of files) {
        const errors = dciodvfy(file).filter(line => /^Error/.test(line))
        assert.equal(errors, [], file)
    }
})

withDciodvfy("longitudinal view and report conform to the standard", () => {
    for (const of of [out, depth])
        for (const [name, kind] of [
            ["longitudinal.dcm", "SCImage"],
            ["report.dcm", "ComprehensiveSR"],
        ] as const) {
            const errors = dciodvfy(join(of, name), kind).filter(line => /^Error/.test(line))
            assert.equal(errors, [], name)
        }
})

test("dcmtk reads the report as a structured report", () => {
    for (const of of [out, depth]) {
        const { error, status, stdout } = spawnSync("dsrdump", [join(of, "report.dcm")], {
            ...{ encoding: "utf8", maxBuffer: 1 << 26 },
        })
        if (error) return console.log("skipped, because dsrdump is missing (apt-get install dcmtk)")
        assert.is(status, 0)
        assert.match(stdout, /Comprehensive SR Document[^]*"IVUS Report"/)
    }
})

withPydicom("one frame of an odd size is read", async () => {
    const file = join(folder, "odd.dcm")
    writeFileSync(file, await wholeDicom({ frames: 1, widthPx: 5, heightPx: 3 }))
    const { frames } = await pydicom(file)
    assert.is(frames.length, 1)
})

test.run()
