// The console draws a frame as the host does in its PNG, with WebGL2 and without it.

import type { BrowserContext, Page } from "playwright-core"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { generatedVein, phantom } from "../../boards/virtual/vessel/vessel"
import type {
    RendererKind,
    SettingsJson,
    SizePx,
    ViewJson,
} from "../../src/host/console/page/testing/renderer-page-types"
import {
    DEFAULT_DISPLAY,
    depthMm,
    estimateRingDown,
    greyMapper,
    scanConverter,
} from "../../src/host/picture/picture"
import { depthPicture } from "../../src/host/results/picture-frames"
import { calculatedPicture } from "../support/browser/calculated-picture"
import { browserTests, openBrowser } from "../support/browser/chromium"
import { base64, inPage, rendererPage, sceneJson } from "../support/browser/renderer-bundle"
import { imagedBy, simulatedFrames } from "../support/imaging/simulated-frames"

const SIDE_PX = 512

const geometry = imagedBy("array-20mhz")
const frames = simulatedFrames(
    phantom(generatedVein(1, 10), { ...geometry, seed: 1 }),
    geometry,
    12,
    10
)
const ringDown = estimateRingDown(frames, geometry)
const FULL: SettingsJson = {
    ...{ gainDb: 0, dynamicRangeDb: 60, depthMm: depthMm(geometry), rotationDeg: 0 },
}
const ALL = new Uint8Array(geometry.linesPerFrame).fill(1)
/** The first, the last, and some that are side by side. */
const SOME = ALL.map((_, i) => (i === 0 || i === 255 || (i > 40 && i < 53) ? 0 : 1))

const test = suite("the picture of the console")
const inBrowser = browserTests(test)
let browser: BrowserContext | undefined
let page: Page | undefined

test.before(async () => {
    browser = await openBrowser({})
    page = browser && (await rendererPage(browser))
})
test.after(() => browser?.close())

/** The grey levels of the page, and how they differ from those that are calculated. */
async function drawn(
    { settings, view, sizePx, present }: Case,
    choice: RendererKind
): Promise<{ kind: string; greys: Uint8Array; most: number; share: number }> {
    const { codes } = frames[5]!
    const mapper = greyMapper(geometry, ringDown, { ...DEFAULT_DISPLAY, ...settings })
    const expected = calculatedPicture(mapper.frame(codes), present, {
        ...{ geometry, settings, view, sizePx },
    })
    const frame = { codes: base64(codes), present: base64(present) }
    const scene = sceneJson(geometry, ringDown)
    const got = await inPage(
        ...([page!, "draw", scene, frame, settings, view, sizePx, choice] as const)
    )
    const greys = new Uint8Array(Buffer.from(got.greys, "base64"))
    return { kind: got.kind, greys, ...differenceOf(greys, expected) }
}

function differenceOf(a: Uint8Array, b: Uint8Array): { most: number; share: number } {
    let [most, differing] = [0, 0]
    for (let p = 0; p < b.length; p++) {
        most = Math.max(most, Math.abs(a[p]! - b[p]!))
        if (a[p] !== b[p]) differing++
    }
    return { most, share: differing / b.length }
}

interface Case {
    readonly settings: SettingsJson
    readonly view: ViewJson
    readonly sizePx: SizePx
    readonly present: Uint8Array
}

const WHOLE: ViewJson = { zoom: 1, centreMm: [0, 0] }
const PLAIN: Case = { settings: FULL, view: WHOLE, sizePx: [SIDE_PX, SIDE_PX], present: ALL }
const CASES: Readonly<Record<string, Partial<Case>>> = {
    "as in its file": {},
    "with gain and a small dynamic range": {
        settings: { ...FULL, gainDb: 9, dynamicRangeDb: 35 },
    },
    "with less depth": { settings: { ...FULL, depthMm: 6 } },
    "with missing A-lines": { present: SOME },
    "turned by a quarter": { settings: { ...FULL, rotationDeg: 90 } },
    "turned by an odd angle, with missing A-lines and less depth": {
        settings: { ...FULL, rotationDeg: 213, depthMm: 7 },
        present: SOME,
    },
    "smaller, and not square": { sizePx: [331, 240] },
    "zoomed and moved, at an odd size": {
        view: { zoom: 3.3, centreMm: [1.7, -2.2] },
        sizePx: [509, 640],
        settings: { ...FULL, rotationDeg: 33 },
    },
}

for (const [choice, kind] of [
    ["webgl2", "WebGL2"],
    ["2d", "a 2D canvas"],
] as const)
    inBrowser(`with ${kind} is right within one grey level, at any setting and size`, async () => {
        for (const [name, changed] of Object.entries(CASES)) {
            const { kind, most, share } = await drawn({ ...PLAIN, ...changed }, choice)
            assert.is(kind, choice, name)
            // An angle of single precision or of 30 bits rounds a weight of 1/128 otherwise here and there.
            assert.ok(most <= 1 && share < 0.001, `${name}: ${most}, ${share}`)
        }
    })

inBrowser("is that of the host's files", async () => {
    const mapper = greyMapper(geometry, ringDown, DEFAULT_DISPLAY)
    const file = scanConverter(geometry, SIDE_PX).convert(mapper.frame(frames[5]!.codes), SOME)
    for (const choice of ["webgl2", "2d"] as const) {
        const { greys } = await drawn({ ...PLAIN, present: SOME }, choice)
        const { most, share } = differenceOf(greys, file.greys)
        assert.ok(most <= 1 && share < 0.001, `${choice}: ${most}, ${share}`)
    }
})

inBrowser("of a catheter that looks one way is that of the host's files", async () => {
    const greys = greyMapper(geometry, ringDown, DEFAULT_DISPLAY).frame(frames[5]!.codes)
    const scene = { ...sceneJson(geometry, ringDown), fixedDirection: true }
    const frame = { codes: base64(frames[5]!.codes), present: base64(SOME) }
    for (const depthMm of [FULL.depthMm, 6])
        for (const choice of ["webgl2", "2d"] as const) {
            const file = depthPicture(greys, SOME, geometry, depthMm)
            const sizePx = [file.widthPx, file.heightPx] as const
            const settings = { ...FULL, depthMm }
            const got = await inPage(
                ...([page!, "draw", scene, frame, settings, WHOLE, sizePx, choice] as const)
            )
            assert.ok(
                Buffer.from(file.greys).equals(Buffer.from(got.greys, "base64")),
                `${choice} ${depthMm}`
            )
        }
})

inBrowser("is drawn on a 2D canvas, and the page says so, where the driver refuses", async () => {
    const { kind, note } = await inPage(page!, "refused")
    assert.is(kind, "2d")
    assert.match(note ?? "", /^The graphics driver refused a shader\. .* without WebGL2\.$/)
})

inBrowser("needs no new buffers for another frame", async () => {
    const codes = base64(frames[5]!.codes)
    assert.is(await inPage(page!, "allocated", sceneJson(geometry, ringDown), codes), 0)
})

inBrowser("comes back after the graphics unit has lost it", async () => {
    const asked = await inPage(page!, "loseContext", PLAIN.sizePx)
    assert.is(asked, true)
    const { most } = await drawn(PLAIN, "webgl2")
    assert.ok(most <= 1, `${most}`)
})

test.run()
