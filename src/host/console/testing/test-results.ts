// Results of a small pullback, for tests of the review.

import { KeptFrames } from "../../frames/frame-source"
import { measureFrame } from "../../measure/frame-measures"
import { noRingDown } from "../../picture/picture"
import type { RunResults } from "../../results/run-results"
import { geometryOf } from "../../results/picture-frames"
import { frameOf, LINES, SMALL } from "./test-view"

export const FRAMES = 40

/**
 * 40 frames over 10 mm.
 * @param radiusMm of the lumen of each frame; it shrinks from 2.5 mm by 0.04 mm a frame
 */
export function testResults(radiusMm = (n: number): number => 2.5 - 0.04 * n): RunResults {
    const geometry = geometryOf(SMALL)
    const frames = Array.from({ length: FRAMES }, (_, n) =>
        frameOf(n, 60 + 2 * n, {
            positionMm: n / 4,
            triggers: n === 5 ? [{ line: 16, tickUs: 0 }] : [],
        })
    )
    const borders = frames.map((_, n) => ({
        radiusMm: new Float32Array(LINES).fill(radiusMm(n)),
        edgeFraction: 1,
    }))
    return {
        description: SMALL,
        frames: new KeptFrames(frames),
        geometry,
        ringDown: noRingDown(geometry),
        fixedDirection: false,
        ringDownUse: { source: "pullback", captured: null, notes: [] },
        dataHash: new Uint8Array(32),
        refined: true,
        rotation: null,
        borders,
        vesselBorders: borders.map(() => null),
        measures: borders.map(border => measureFrame(border, null, geometry)),
    }
}
