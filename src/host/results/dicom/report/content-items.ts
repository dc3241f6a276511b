// Content items of a structured report (DICOM PS3.3 C.17.3), by keyword as dcmjs takes them.

import type { DicomAttributes, DicomReference } from "../dicom-common"
import type { Code } from "./codes"

/** How an item is related to the one that it is part of. */
export type Relationship =
    | "CONTAINS"
    | "HAS CONCEPT MOD"
    | "HAS OBS CONTEXT"
    | "HAS PROPERTIES"
    | "INFERRED FROM"
    | "SELECTED FROM"

/** An item without its relationship, which the item around it gives. */
export type Item = DicomAttributes

/** Items with the same relationship to the one around them. */
export const related = (relationship: Relationship, ...items: readonly Item[]): Item[] =>
    items.map(item => ({ RelationshipType: relationship, ...item }))

export const contains = (...items: readonly Item[]): Item[] => related("CONTAINS", ...items)

export function coded([CodeValue, CodingSchemeDesignator, CodeMeaning]: Code): DicomAttributes {
    return { CodeValue, CodingSchemeDesignator, CodeMeaning }
}

function item(type: string, name: Code | null, value: Item, children: readonly Item[]): Item {
    return {
        ValueType: type,
        ...(name && { ConceptNameCodeSequence: [coded(name)] }),
        ...value,
        ...(children.length > 0 && { ContentSequence: children }),
    }
}

export const container = (name: Code, ...children: readonly Item[]): Item =>
    item("CONTAINER", name, { ContinuityOfContent: "SEPARATE" }, children)

export const text = (name: Code, TextValue: string): Item => item("TEXT", name, { TextValue }, [])

export const code = (name: Code, value: Code): Item =>
    item("CODE", name, { ConceptCodeSequence: [coded(value)] }, [])

export const uid = (name: Code, UID: string): Item => item("UIDREF", name, { UID }, [])

/** @param digits behind the point */
export function number(
    name: Code,
    unit: Code,
    value: number,
    digits: number,
    ...children: readonly Item[]
): Item {
    const NumericValue = String(Number(value.toFixed(digits)))
    const measured = { NumericValue, MeasurementUnitsCodeSequence: [coded(unit)] }
    return item("NUM", name, { MeasuredValueSequence: [measured] }, children)
}

/** @param frame of an image with several, from 1; absent: all of them */
export function image(reference: DicomReference, frame?: number): Item {
    const ReferencedFrameNumber = frame === undefined ? {} : { ReferencedFrameNumber: [frame] }
    const value = { ReferencedSOPSequence: [{ ...reference, ...ReferencedFrameNumber }] }
    return item("IMAGE", null, value, [])
}

/**
 * Points in a picture (C.18.6): columns and rows, one after another, from the upper left corner of the upper left pixel.
 * @param points closed by a last one that is the first, or single ones
 */
export function outline(name: Code, points: readonly number[], isClosed: boolean, of: Item): Item {
    const GraphicType = isClosed ? "POLYLINE" : "MULTIPOINT"
    return item("SCOORD", name, { GraphicData: points, GraphicType }, related("SELECTED FROM", of))
}
