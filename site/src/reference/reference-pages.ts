export const referencePages = (): readonly { name: string; title: string; text: string }[] => []
