// Measures how many frames a second the console draws in Chromium, and the host's scan conversion against that of OpenCV.

import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { ImagingGeometry } from "../../src/host/picture/picture"
import { depthMm, noRingDown, scanConverter } from "../../src/host/picture/picture"
import { openBrowser } from "../support/browser/chromium"
import { base64, inPage, rendererPage, sceneJson } from "../support/browser/renderer-bundle"
import { imagedBy } from "../support/imaging/simulated-frames"
import type { Row } from "./rates"

const SIZES = [
    [512, 512],
    [1200, 1200],
    [3840, 2160],
] as const
/** 512 A-lines of 512 samples. */
const SIDE = 512
const FRAMES = 60
const LEAST_PER_S = 60
/** Conversions of each of the two; the fastest of each counts, so that other work of the machine does not. */
const ROUNDS = 200
const PICTURE_PX = 512

const GEOMETRY: ImagingGeometry = {
    ...imagedBy("array-20mhz"),
    ...{ linesPerFrame: SIDE, samplesPerLine: SIDE, sampleSpacingMm: 10 / SIDE },
}

function frameOf(n: number): Uint8Array {
    let state = n + 1
    return Uint8Array.from({ length: SIDE * SIDE }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        return state >>> 24
    })
}

export async function printConsole(row: Row): Promise<void> {
    await printDrawing(row)
    printRemap(row)
}

async function printDrawing(row: Row): Promise<void> {
    const browser = await openBrowser({})
    if (!browser) {
        console.log("frames drawn: skipped, because chromium is missing (apt-get install chromium)")
        return
    }
    try {
        const page = await rendererPage(browser)
        const scene = sceneJson(GEOMETRY, noRingDown(GEOMETRY))
        const frames = [0, 1, 2, 3].map(n => base64(frameOf(n)))
        for (const kind of ["webgl2", "2d"] as const)
            for (const size of SIZES) {
                const figures = await inPage(page, "rate", scene, frames, size, FRAMES, kind)
                if (size === SIZES[0]) console.log(`drawn by: ${kind}, ${figures.device}`)
                row(`${SIDE} × ${SIDE} samples on ${size.join(" × ")} px`, figures.perS, "frames/s")
                if (size !== SIZES[0] || figures.perS >= LEAST_PER_S) continue
                console.error(`  TOO SLOW: at least ${LEAST_PER_S} frames/s are required`)
                process.exitCode = 1
            }
    } finally {
        await browser.close()
    }
}

/** Both convert the same frames to the same picture, each in its own process and thread. */
function printRemap(row: Row): void {
    const folder = mkdtempSync(join(tmpdir(), "ivus-remap-"))
    try {
        const frame = frameOf(0)
        const file = join(folder, "frame")
        writeFileSync(file, frame)
        const program = fileURLToPath(new URL("remap.py", import.meta.url))
        const words = [file, SIDE, PICTURE_PX, depthMm(GEOMETRY), GEOMETRY.sampleSpacingMm, ROUNDS]
        const { status, stdout } = spawnSync("/usr/bin/python3", [program, ...words.map(String)], {
            encoding: "utf8",
        })
        if (status !== 0) {
            console.log(
                "OpenCV: skipped, because python3-opencv is missing (apt-get install python3-opencv)"
            )
            return
        }
        const theirs = JSON.parse(stdout) as { perS: number; meanGrey: number }
        const converter = scanConverter(GEOMETRY, PICTURE_PX)
        const present = new Uint8Array(SIDE).fill(1)
        const out = new Uint8Array(PICTURE_PX * PICTURE_PX)
        let bestS = Infinity
        for (let n = 0; n < ROUNDS; n++) {
            const fromMs = performance.now()
            converter.convert(frame, present, out)
            bestS = Math.min(bestS, (performance.now() - fromMs) / 1000)
        }
        row("scan conversion to 512 × 512 px by the host", 1 / bestS, "frames/s")
        row("  by OpenCV's remap, bilinear, one thread", theirs.perS, "frames/s")
        row("  ratio", 1 / bestS / theirs.perS, "")
        const mean = out.reduce((sum, grey) => sum + grey, 0) / out.length
        if (Math.abs(mean - theirs.meanGrey) > 1)
            throw new Error(`The pictures differ: mean ${mean} and ${theirs.meanGrey}.`)
    } finally {
        rmSync(folder, { recursive: true, force: true })
    }
}
