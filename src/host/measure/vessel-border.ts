// The outer border of the media (external elastic membrane, EEM) of a frame.

export interface VesselBorder {
    /** radius of each A-line from the catheter's centre; NaN where it was not heard */
    readonly radiusMm: Float32Array
}
