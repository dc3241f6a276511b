// Types of polylabel, which ships none.

declare module "polylabel" {
    /**
     * Centre of (about) the largest circle within a polygon.
     * @param polygon rings of [x, y] points, the outer ring first
     * @param precision how close to the largest circle, in the polygon's units
     */
    export default function polylabel(
        polygon: readonly (readonly (readonly [number, number])[])[],
        precision?: number
    ): [number, number] & { distance: number }
}
