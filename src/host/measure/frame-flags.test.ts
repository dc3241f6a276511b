// Each doubt about a frame is told above its limit and not below it, and lowers the confidence.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { ImagingGeometry } from "../picture/geometry"
import { type FrameFlag, measureFrame, wholeLumen, withRunFlags } from "./frame-measures"
import type { FrameWall } from "./walls-along"

const LINES = 64
const GEOMETRY: ImagingGeometry = {
    ...{ linesPerFrame: LINES, samplesPerLine: 128, sampleSpacingMm: 0.05 },
    ...{ catheterRadiusMm: 0.3, ringDownMm: 0.3, centreFrequencyMhz: 20 },
}
const DEPTH_MM = 128 * 0.05
const BORDER = { radiusMm: new Float32Array(LINES).fill(3), edgeFraction: 1 }
const STENT = { areaMm2: 20, struts: 8, malapposed: 0 }
const SURE: FrameWall = {
    ...{ vessel: null, calciumArcDeg: 0, shadowArcDeg: 0, stent: null, hiddenShare: 0 },
    ...{ openDeg: 0, touchDeg: 0, saturatedShare: 0, unevenness: 0, unheardDeg: 0 },
}

/** Below and above the limits that README states. */
const DOUBTS: [FrameFlag, Partial<FrameWall>, Partial<FrameWall>][] = [
    ["partly-seen", { hiddenShare: 0.02 }, { hiddenShare: 0.04 }],
    ["partly-seen", { unheardDeg: 55 }, { unheardDeg: 65 }],
    ["saturated", { saturatedShare: 0.02 }, { saturatedShare: 0.04 }],
    ["catheter-at-wall", { touchDeg: 8 }, { touchDeg: 12 }],
    ["shadow", { shadowArcDeg: 10 }, { shadowArcDeg: 14 }],
    ["border-unsure", { unevenness: 0.05 }, { unevenness: 0.07 }],
    ["border-unsure", { stent: STENT }, { stent: { ...STENT, malapposed: 1 } }],
    ["branch", { openDeg: 10 }, { openDeg: 14 }],
]

const test = suite("doubts about a frame")

test("are told above their limits and not below", () => {
    for (const [flag, below, above] of DOUBTS) {
        const sure = measureFrame(BORDER, { ...SURE, ...below }, GEOMETRY)
        const unsure = measureFrame(BORDER, { ...SURE, ...above }, GEOMETRY)
        assert.equal([sure.flags, sure.confidence], [[], 1], `${flag}: ${JSON.stringify(below)}`)
        assert.equal(unsure.flags, [flag], `${flag}: ${JSON.stringify(above)}`)
        assert.ok(unsure.confidence < 1, flag)
        assert.is(wholeLumen(unsure) === null, flag === "partly-seen")
    }
})

test("a border that was heard on little of the circle is unsure, by its own share", () => {
    const heard = measureFrame({ ...BORDER, edgeFraction: 0.75 }, SURE, GEOMETRY)
    assert.equal([heard.flags, heard.confidence], [[], 0.75])
    const unheard = measureFrame({ ...BORDER, edgeFraction: 0.65 }, SURE, GEOMETRY)
    assert.equal(unheard.flags, ["border-unsure"])
    assert.ok(unheard.confidence < 0.65)
})

test("a very flat lumen is unsure: the beam is wider than its ends", () => {
    const flat = (ratio: number): FrameFlag[] => {
        const radiusMm = Float32Array.from({ length: LINES * 4 }, (_, i) => {
            const angle = (2 * Math.PI * i) / (LINES * 4)
            return 0.4 / Math.hypot(Math.cos(angle) / ratio, Math.sin(angle))
        })
        return [...measureFrame({ ...BORDER, radiusMm }, SURE, GEOMETRY).flags]
    }
    assert.equal([flat(5), flat(8)], [[], ["border-unsure"]])
})

test("a lumen that leaves the view has no area", () => {
    // 6 % of the circle at the edge of the view, and 3 %.
    const outOver = (lines: number): Float32Array =>
        BORDER.radiusMm.map((r, i) => (i < lines ? DEPTH_MM : r))
    const open = measureFrame({ ...BORDER, radiusMm: outOver(4) }, SURE, GEOMETRY)
    assert.equal([open.lumen, open.vessel, open.flags.includes("out-of-depth")], [null, null, true])
    const whole = measureFrame({ ...BORDER, radiusMm: outOver(2) }, SURE, GEOMETRY)
    assert.equal([whole.lumen === null, whole.flags], [false, []])
})

test("of a run: missing A-lines and branches for their frames, uneven rotation for all", () => {
    const sure = measureFrame(BORDER, SURE, GEOMETRY)
    const flagsOf = (run: Parameters<typeof withRunFlags>[1]): (readonly FrameFlag[])[] =>
        withRunFlags([sure, sure], run).map(({ flags }) => flags)
    assert.equal(flagsOf({ presentShares: [0.99, 0.97] }), [[], ["a-lines-missing"]])
    assert.equal(flagsOf({ branches: [false, true] }), [[], ["branch"]])
    assert.equal(flagsOf({ rotation: { maxDeg: 7 } }), [[], []])
    assert.equal(flagsOf({ rotation: { maxDeg: 9 } }), [["uneven-rotation"], ["uneven-rotation"]])
})

test.run()
