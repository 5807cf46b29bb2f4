/** The text of src/linux/vdso/image.ts as a build of the present sources makes it. Throws if the compiler is absent or refuses. */
export function imageText(): string;
