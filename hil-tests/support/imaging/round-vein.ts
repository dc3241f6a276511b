// A vessel file of a round vein with the catheter at its centre: beams meet the wall at a right
// angle, so beam width does not blur it.

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
