// A comparison as text for the terminal, and as CSV.

import type { Alignment } from "./align"
import type { ComparedPlace, Comparison } from "./compare-runs"
import type { ComparedRun, Pair } from "./compared-run"

export interface FigureRow {
    readonly name: string
    readonly values: Pair<string>
    readonly difference: string
    readonly unit: string
    readonly note: string
}

/** @returns the rows of the table; "–" where a run has no value */
export function rowsOf({ figures }: Pick<Comparison, "figures">): FigureRow[] {
    return figures.map(({ name, unit, values: [a, b], difference, note }) => {
        const digits = unit === "mm²" || unit === "mm" ? 2 : 1
        const shown = (value: number | null): string => value?.toFixed(digits) ?? "–"
        const percent =
            difference !== null && a && unit !== "%" && name !== "position of it"
                ? ` (${signed((100 * difference) / a, 1)} %)`
                : ""
        return {
            ...{ name, unit, note },
            values: [shown(a), shown(b)],
            difference: difference === null ? "–" : `${signed(difference, digits)}${percent}`,
        }
    })
}

export function shiftText(alignment: Alignment): string {
    const { shiftMm, by, fromMm, toMm, medianPercent, residualPercent } = alignment
    const how = {
        anatomy: "found by lumen areas and side branches",
        position: "by the measured positions alone",
        given: "as given",
    }[by]
    const rest =
        medianPercent === null || residualPercent === null
            ? ""
            : ` There the areas of run 2 differ by ${signed(medianPercent, 1)} % (median), and by ${residualPercent} % more or less from place to place.`
    return `Position in run 1 = position in run 2 ${shiftMm < 0 ? "−" : "+"} ${Math.abs(shiftMm).toFixed(2)} mm, ${how}; in common ${fromMm.toFixed(1)} to ${toMm.toFixed(1)} mm of run 1.${rest}`
}

export function differenceText({ differenceMm2, differencePercent }: ComparedPlace): string {
    if (differenceMm2 === null) return "not compared"
    return `${signed(differenceMm2, 2)} mm² (${signed(differencePercent!, 1)} %)`
}

export function comparisonText(comparison: Comparison, runs: Pair<ComparedRun>): string {
    const rows = rowsOf(comparison)
    const table = [
        ["", "run 1", "run 2", "difference", ""],
        ...rows.map(row => [row.name, ...row.values, row.difference, row.unit]),
    ]
    const widths = table[0]!.map((_, i) => Math.max(...table.map(row => row[i]!.length)))
    return [
        ...runs.map(
            ({ name, record }, i) => `run ${i + 1}: ${name}, ${record.catheter}, ${record.date}`
        ),
        shiftText(comparison.alignment),
        ...table.map(row =>
            row
                .map((cell, i) =>
                    i === 0 || i === 4 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)
                )
                .join("  ")
                .trimEnd()
        ),
        ...comparison.refused.map(({ what, reason }) => `Not compared: ${what}: ${reason}.`),
        ...comparison.notes.map(note => `Note: ${note}`),
    ].join("\n")
}

const COLUMNS = [
    ...[
        "position_mm",
        "frame_1",
        "frame_2",
        "position_2_mm",
        "lumen_area_1_mm2",
        "lumen_area_2_mm2",
    ],
    ...["difference_mm2", "difference_percent", "min_diameter_1_mm", "min_diameter_2_mm"],
    ...["vessel_area_1_mm2", "vessel_area_2_mm2", "stent_area_1_mm2", "stent_area_2_mm2"],
    ...["confidence_1", "confidence_2", "flags_1", "flags_2"],
]

/** Positions are those of the first run; values of the second one but its area are those of its nearest frame. */
export function comparisonCsv({ places, alignment, refused }: Comparison): string {
    const hasWall = !refused.some(({ what }) => what.startsWith("vessel"))
    const cell = (value: number | null, digits: number): string => value?.toFixed(digits) ?? ""
    const rows = places.map(
        ({ positionMm, frames, areasMm2, differenceMm2, differencePercent }) => {
            const both = (value: (frame: (typeof frames)[0]) => string): string[] =>
                frames.map(value)
            return [
                cell(positionMm, 4),
                ...both(f => String(f.frame)),
                cell(positionMm - alignment.shiftMm, 4),
                ...areasMm2.map(area => cell(area, 3)),
                ...[cell(differenceMm2, 3), cell(differencePercent, 1)],
                ...both(f => cell(f.minDiameterMm, 3)),
                ...both(f => (hasWall ? cell(f.vesselAreaMm2, 3) : "")),
                ...both(f => cell(f.stentAreaMm2, 3)),
                ...both(f => cell(f.confidence, 2)),
                ...both(f => f.flags.join(";")),
            ].join(",")
        }
    )
    return [COLUMNS.join(","), ...rows].join("\n") + "\n"
}

function signed(value: number, digits: number): string {
    const text = Math.abs(value).toFixed(digits)
    return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`
}
