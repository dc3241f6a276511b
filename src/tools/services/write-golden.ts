// Writes services/golden.txt after a deliberate change of a service: node --import tsx src/tools/services/write-golden.ts

import { writeFileSync } from "node:fs"
import { GOLDEN, goldenText } from "./golden-text"
import { serviceSpecs } from "./service-specs"

writeFileSync(GOLDEN, goldenText(serviceSpecs()))
