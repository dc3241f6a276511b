// Responsible for: a round vein with the catheter in its middle, as a vessel file: a beam meets its wall at a right angle, and its width blurs nothing.
// Not for: veins that look like one (boards/virtual/vessel).

/** The text of a vessel file, 4 mm long. */
export function roundVein(radiusMm: number): string {
    const rows = [0, 1, 2, 3, 4].flatMap(z =>
        Array.from({ length: 72 }, (_, i) => {
            const angle = (2 * Math.PI * i) / 72
            return `${z},${z},${radiusMm * Math.cos(angle)},${radiusMm * Math.sin(angle)}`
        })
    )
    return ["frame,z_mm,x_mm,y_mm", ...rows].join("\n")
}

/** Lumen area of the second frame, mm², in the text of measurements.csv. */
export function areaIn(csv: string): number {
    return Number(csv.trim().split("\n")[2]!.split(",")[3])
}
