// The console draws a frame as the host does in its PNG, with WebGL2 and without it.

import type { BrowserContext, Page } from "playwright-core"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { generatedVein, phantom } from "../../boards/virtual/vessel/vessel"
import type {
    RendererKind,
    SettingsJson,
} from "../../src/host/console/page/testing/renderer-page-types"
import {
    DEFAULT_DISPLAY,
    depthMm,
    estimateRingDown,
    greyMapper,
    scanConverter,
} from "../../src/host/picture/picture"
import { browserTests, openBrowser } from "../support/browser/chromium"
import { base64, inPage, rendererPage, sceneJson } from "../support/browser/renderer-bundle"
import { imagedBy, simulatedFrames } from "../support/imaging/simulated-frames"

/** As the renderer without WebGL2 converts: the canvas then shows it as it is. */
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

/** The picture that the host makes, and the greatest difference of the page's from it. */
async function difference(
    settings: SettingsJson,
    present: Uint8Array,
    choice: RendererKind
): Promise<{ kind: string; most: number; share: number }> {
    const { codes } = frames[5]!
    const mapper = greyMapper(geometry, ringDown, { ...DEFAULT_DISPLAY, ...settings })
    const { greys } = scanConverter(geometry, SIDE_PX, settings.depthMm).convert(
        mapper.frame(codes),
        present
    )
    const frame = { codes: base64(codes), present: base64(present) }
    const drawn = await inPage(
        page!,
        "draw",
        ...([sceneJson(geometry, ringDown), frame, settings, SIDE_PX, choice] as const)
    )
    const { rotationDeg } = settings
    const differences = [...Buffer.from(drawn.greys, "base64")].map((grey, p) => {
        const [x, y] = [p % SIDE_PX, Math.floor(p / SIDE_PX)]
        // Clockwise by a quarter: what was up is right.
        const from = rotationDeg === 90 ? (SIDE_PX - 1 - x) * SIDE_PX + y : p
        return Math.abs(grey - greys[from]!)
    })
    return {
        kind: drawn.kind,
        most: differences.reduce((a, b) => Math.max(a, b), 0),
        share: differences.filter(d => d > 0).length / differences.length,
    }
}

const CASES: [string, Partial<SettingsJson>, Uint8Array][] = [
    ["as in its file", {}, ALL],
    ["with gain and a small dynamic range", { gainDb: 9, dynamicRangeDb: 35 }, ALL],
    ["with less depth", { depthMm: 6 }, ALL],
    ["with missing A-lines", {}, SOME],
    ["turned by a quarter", { rotationDeg: 90 }, ALL],
]

inBrowser("with WebGL2 is that of the host within one grey level, at any setting", async () => {
    for (const [name, changed, present] of CASES) {
        const { kind, most, share } = await difference({ ...FULL, ...changed }, present, "webgl2")
        assert.is(kind, "webgl2", name)
        // Angles of single precision round a weight of 1/128 otherwise here and there.
        assert.ok(most <= 1 && share < 0.02, `${name}: ${most}, ${share}`)
    }
})

inBrowser("without WebGL2 is that of the host", async () => {
    for (const [name, changed, present] of CASES.slice(0, 4)) {
        const { kind, most } = await difference({ ...FULL, ...changed }, present, "2d")
        assert.equal([kind, most], ["2d", 0], name)
    }
})

inBrowser("comes back after the graphics unit has lost it", async () => {
    const asked = await inPage(page!, "loseContext", SIDE_PX)
    assert.is(asked, true)
    const { most } = await difference(FULL, ALL, "webgl2")
    assert.ok(most <= 1, `${most}`)
})

test.run()
