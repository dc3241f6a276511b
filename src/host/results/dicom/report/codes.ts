// The coded concepts of report.dcm. From DICOM PS3.16: templates TID 3250 to 3255, context groups CID 3481 to 3488, annex D.

/** Value, scheme and meaning. */
export type Code = readonly [value: string, scheme: string, meaning: string]

/** Of concepts that no standard scheme has; a designator that begins with 99 is private (PS3.16, 8.2). */
export const OWN_SCHEME = "99IVUSCART"

const dcm = (value: string, meaning: string): Code => [value, "DCM", meaning]
const sct = (value: string, meaning: string): Code => [value, "SCT", meaning]
const unit = (value: string, meaning = value): Code => [value, "UCUM", meaning]
/** A value has 16 characters at most. */
const own = (value: string, meaning: string): Code => [value, OWN_SCHEME, meaning]

export const CODES = {
    report: dcm("122325", "IVUS Report"),
    language: dcm("121049", "Language of Content Item and Descendants"),
    english: ["en-US", "RFC5646", "English (United States)"] as Code,
    observerType: dcm("121005", "Observer Type"),
    device: dcm("121007", "Device"),
    deviceUid: dcm("121012", "Device Observer UID"),
    deviceName: dcm("121013", "Device Observer Name"),
    deviceManufacturer: dcm("121014", "Device Observer Manufacturer"),
    deviceModel: dcm("121015", "Device Observer Model Name"),
    deviceSerial: dcm("121016", "Device Observer Serial Number"),
    comment: dcm("121106", "Comment"),
    imageLibrary: dcm("111028", "Image Library"),
    findings: dcm("121070", "Findings"),
    findingSite: sct("363698007", "Finding Site"),
    lesion: sct("52988006", "Lesion"),
    lesionIdentifier: dcm("121151", "Lesion Identifier"),
    lesionLength: sct("408716009", "Stenotic Lesion Length"),
    areaStenosis: sct("408714007", "Lumen Area Stenosis"),
    remodelling: dcm("122345", "Remodeling Index"),
    stentExpansion: dcm("122347", "Stent Expansion Index"),
    group: dcm("125007", "Measurement Group"),
    derivation: dcm("121401", "Derivation"),
    minimum: sct("255605001", "Minimum"),
    maximum: sct("56851009", "Maximum"),
    mean: sct("373098007", "Mean"),
    siteOfMinimum: dcm("122382", "Site of Lumen Minimum"),
    proximalReference: dcm("122380", "Proximal Reference"),
    distalReference: dcm("122381", "Distal Reference"),
    entirePullback: dcm("122384", "Entire Pullback"),
    position: dcm("122337", "Relative position"),
    fiducial: dcm("122340", "Fiducial feature"),
    lumenArea: sct("397415007", "Vessel lumen cross-sectional area"),
    lumenDiameter: sct("397413000", "Vessel lumen diameter"),
    lumenEccentricity: dcm("122343", "Lumen Eccentricity Index"),
    vesselArea: dcm("122333", "EEM Cross-Sectional Area"),
    plaqueArea: dcm("122334", "Plaque plus Media Cross-Sectional Area"),
    plaqueBurden: dcm("122354", "Plaque Burden"),
    calciumArc: dcm("122355", "Arc of Calcium"),
    stentArea: sct("408705002", "Stent Cross-Sectional Area"),
    volumeLength: dcm("122336", "Vascular Volume measurement length"),
    lumenVolume: dcm("122372", "Lumen Volume"),
    vesselVolume: dcm("122371", "EEM Volume"),
    plaqueVolume: dcm("122376", "Total Plaque Volume"),
    areaOutline: dcm("121056", "Area outline"),
    windowStart: own("WINDOW-START", "Distal end of the imaged pullback"),
    taperedReference: own("TAPERED-REF", "Lumen area between the references at the minimum"),
    confidence: own("CONFIDENCE", "Confidence of the measurements of a frame"),
    heard: own("HEARD", "Share of the circle on which the lumen border was heard"),
    frames: own("FRAMES", "Measurements of each frame"),
} as const

export const UNITS = {
    mm: unit("mm"),
    mm2: unit("mm2"),
    mm3: unit("mm3"),
    percent: unit("%", "percent"),
    deg: unit("deg", "degrees of plane angle"),
    ratio: unit("{ratio}", "ratio"),
} as const
