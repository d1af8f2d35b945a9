/** @file The version and the name that files made by heavytail carry; a test keeps it equal to package.json. */

/** The version of the package. */
export const version = "0.1.0";
