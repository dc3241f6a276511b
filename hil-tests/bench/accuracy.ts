// Prints the accuracy of measurements against known geometry, as tables: `npm run accuracy`. Takes about a minute.

import { existsSync, readFileSync } from "node:fs"
import { echoFromPng } from "../../boards/virtual/vessel/vessel"
import { findLumenBorders } from "../../src/host/measure/lumen-border"
import { estimateRingDown } from "../../src/host/picture/picture"
import {
    type Errors,
    halfWayDistancesMm,
    medianOf,
    shapeErrors,
    type ShapeErrors,
} from "../support/imaging/accuracy"
import { DESCRIBED_SHAPES, MALAPPOSED_STENTS } from "../support/imaging/described-shapes"
import { DIAMETER_PERCENT, KNOWN_SHAPES, VESSEL_PERCENT } from "../support/imaging/known-shapes"
import { imagedBy, simulatedFrames } from "../support/imaging/simulated-frames"
import { SPOILED } from "../support/imaging/spoiled-lines"

const FRAMES = 150
const STENT_FRAMES = 40
/** Their pulses are longer and shorter than that of the array at 20 MHz, for which most shapes are measured. */
const OTHER_CATHETERS = ["array-10mhz", "rotational-40mhz", "rotational-60mhz"]
let isWithin = true

function cell(errors: Errors, limit: { mean: number; worst: number }): string {
    const over = errors.mean > limit.mean || errors.worst > limit.worst
    if (over) isWithin = false
    const text = `${errors.mean.toFixed(1)} / ${errors.worst.toFixed(1)}`
    return over ? `**${text}**` : text
}

function row(name: string, errors: ShapeErrors, area: { mean: number; worst: number }): void {
    const diameter = DIAMETER_PERCENT
    const cells = [
        name,
        cell(errors.area, area),
        `${area.mean} / ${area.worst}`,
        cell(errors.shortest, diameter),
        cell(errors.longest, diameter),
        errors.area.bias.toFixed(1),
        errors.vessel ? cell(errors.vessel, VESSEL_PERCENT) : "–",
        errors.vesselSeenPercent.toFixed(0),
    ]
    console.log(`| ${cells.join(" | ")} |`)
}

const HEAD = `
| %, mean / worst | area | limit | shortest diameter | longest diameter | bias of the area | EEM area | in % of the frames |
| --- | --- | --- | --- | --- | --- | --- | --- |`

console.log(
    `Known geometry, ${FRAMES} frames each; diameters within 3 / 6, EEM area within 4 / 8 where it is reported:`
)
console.log(HEAD)
for (const shape of [...KNOWN_SHAPES, ...DESCRIBED_SHAPES])
    row(shape.name, shapeErrors(shape, FRAMES), shape.areaPercent)

console.log(`\nStruts off the wall, ${STENT_FRAMES} frames with each of three seeds:`)
console.log(HEAD)
for (const shape of MALAPPOSED_STENTS)
    for (const seed of [1, 2, 3])
        row(
            `${shape.name}, seed ${seed}`,
            shapeErrors(shape, STENT_FRAMES, seed),
            shape.areaPercent
        )

for (const catheterId of OTHER_CATHETERS) {
    console.log(`\nThe same with ${catheterId}:`)
    console.log(HEAD)
    for (const shape of [KNOWN_SHAPES[0]!, ...DESCRIBED_SHAPES.slice(0, 2)])
        row(shape.name, shapeErrors({ ...shape, catheterId }, FRAMES), shape.areaPercent)
}

const circle = KNOWN_SHAPES[0]!
console.log(`\nThe ${circle.name}, with disturbed A-lines in every frame:`)
console.log(HEAD)
for (const [name, spoil] of Object.entries(SPOILED))
    row(name, shapeErrors(circle, FRAMES, 1, spoil), circle.areaPercent)

console.log("\nMedian distance of the border from the half-way point, mm (and of its size):")
for (const name of ["frame-20mhz-polar.png", "frame-20mhz-polar-b.png"]) {
    const file = new URL(`../../../shared/data/${name}`, import.meta.url)
    if (!existsSync(file)) {
        console.log(`${name}: skipped, because the file is missing`)
        continue
    }
    const geometry = imagedBy("array-20mhz")
    const frames = simulatedFrames(echoFromPng(readFileSync(file), geometry), geometry, 20, 1)
    const borders = findLumenBorders(frames, geometry, estimateRingDown(frames, geometry))
    const off = halfWayDistancesMm(frames[10]!.codes, borders[10]!.radiusMm, geometry)
    console.log(
        `${name}: ${medianOf(off).toFixed(3)} (${medianOf(off.map(Math.abs)).toFixed(3)}), ${off.length} A-lines`
    )
}
process.exitCode = isWithin ? 0 : 1
