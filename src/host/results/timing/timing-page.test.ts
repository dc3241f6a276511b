// The timing page: well-formed, self-contained, reproducible, complete.

import * as prettier from "prettier"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { classesOf } from "./timing-charts"
import { pageOf } from "./testing/page-of"
import { type Reaction, reactionRows, reactionText } from "./timing-reactions"
import { timingReport } from "./timing-report"
import { type Deviations, testRun } from "./testing/timing-test-run"

const REACTIONS: Reaction[] = [
    {
        ...{ fault: "stall", until: "sled stands", limitMs: 20 },
        ...{ note: "a requirement", timesMs: [3, 1, 2] },
    },
    {
        ...{ fault: "short", until: "sled stands", limitMs: 20 },
        ...{ note: "a requirement", timesMs: [4, Infinity] },
    },
    {
        ...{ fault: "open-load", until: "sled stands", limitMs: 20 },
        ...{ note: "skipped, because there is no injector", timesMs: [] },
    },
]

function page(odd: Partial<Deviations> = {}, reactions: readonly Reaction[] = []): string {
    const run = testRun(odd)
    return pageOf(run, timingReport(run, reactions))
}

const test = suite("timing-page")

test("is well-formed with and without a ruler, for long and short runs", async () => {
    for (const odd of [{}, { instruments: false }, { lengthMm: 1 }]) {
        const html = page(odd, REACTIONS)
        // Throws on unbalanced elements.
        await prettier.format(html, { parser: "html" })
        // The acceleration chart needs a ruler.
        const charts = "instruments" in odd ? 5 : 6
        assert.is(html.match(/<svg /g)?.length, charts)
        assert.not.match(html, /NaN|undefined|Infinity/)
    }
})

test("marks a link without a key at the top", () => {
    assert.not.match(page(), "INSECURE")
    const html = page({ insecure: true })
    assert.match(html, /INSECURE: the link ran without a key/)
    assert.ok(html.indexOf("INSECURE") < html.indexOf("<h2>"))
})

test("loads nothing from other sites", () => {
    const html = page()
    assert.not.match(html, /<(script|link|img|iframe|object|embed)\b/)
    assert.not.match(html, /@import|\bsrc=|url\((?!#)/)
    const addresses = new Set(html.match(/https?:[^"'\s]*/g) ?? [])
    // Names of the SVG namespaces, which are not loaded.
    for (const address of addresses) assert.match(address, /^http:\/\/www\.w3\.org\//)
    assert.match(html, "default-src 'none'")
})

test("is reproducible", () => {
    // Compared here, because a printed difference would be a page long.
    const same = page({}, REACTIONS) === page({}, REACTIONS)
    assert.ok(same)
})

test("shows notice, seed and versions, and escapes markup", () => {
    const html = page()
    assert.match(html, "Investigational equipment, not for clinical use.")
    assert.match(html, "nothing &lt;but&gt; numbers")
    assert.match(html, /<dt>seed<\/dt><dd>7<\/dd>/)
    assert.match(html, "firmware 0.1.2")
    assert.match(html, "reaction times: skipped, because")
    assert.match(page({ pulseJitter: 1 }), "1 of 25 figures are outside")
    assert.match(page({ instruments: false }), "no readings of an instrument beside the cart")
    assert.match(page({ instruments: false }), " 15 were skipped")
    assert.match(html, "<td>µm</td>")
    // For a person; timing.json and a figure that fails have six digits.
    assert.not.match(html, /<td class="number">-?[1-9]\d*\.\d{4,}/)
    assert.match(page({ speedMmPerS: 0.25 }), "the limit is dashed")
})

test("gives the reason of what was skipped once", () => {
    const html = page({ instruments: false }, REACTIONS)
    const reasons = html.match(/<li>[^<]*<\/li>/g)!.map(item => item.slice(4, -5))
    assert.is(reasons.length, 16)
    for (const reason of reasons) {
        const [, note] = reason.split(/: (.*)/)
        const itself = reasons.filter(other => other.endsWith(`: ${note}`)).length
        assert.is(html.split(note!).length - 1, itself, reason)
    }
    const without = page()
    assert.is(without.split("the test rig measures them").length - 1, 1)
})

test("counts figures without a limit", () => {
    const run = testRun()
    const report = timingReport(run)
    const figures = report.figures.map((f, i) => (i < 3 ? { ...f, verdict: "info" as const } : f))
    assert.match(pageOf(run, { ...report, figures }), " 3 more have no limit")
})

test("shows reaction percentiles; a reaction that never happened has failed", () => {
    const rows = reactionRows(REACTIONS)
    assert.equal(
        rows.map(r => r.verdict),
        ["pass", "fail", "skipped"]
    )
    assert.is(rows[0]!.p50Ms, 2)
    assert.is(rows[0]!.maxMs, 3)
    const html = page({}, REACTIONS)
    assert.match(html, '<td class="number">never</td>')
    assert.match(html, "open-load until sled stands: skipped, because")
    assert.match(reactionText(rows), /short +sled stands +2 +4\.0 .* FAILED/)
})

test("assigns every value to a class", () => {
    const classes = classesOf([-1, 0, 0, 3], 4)
    assert.equal(
        classes.map(c => c.count),
        [1, 2, 0, 1]
    )
    assert.equal(classesOf([5, 5], 4), [{ middle: 5, count: 2 }])
    assert.equal(classesOf([], 4), [])
})

test.run()
