/** @file Hands the visitor a file that was made in the page. */

/**
 * Saves a file by the browser's own means.
 * @param name what to call it
 * @param content bytes or text
 */
export function saveFile(name: string, content: Uint8Array<ArrayBuffer> | string): void {
  const address = URL.createObjectURL(new Blob([content]));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
