/** @file The files of a drop, those in dropped folders too. */

/** A file and the folder it lay in. */
export interface DroppedFile {
  readonly file: File;
  /** The folder's name; null where the file came by itself. */
  readonly folder: string | null;
}

/** The files of an input. */
export function chosenFiles(list: FileList | null): DroppedFile[] {
  return [...(list ?? [])].map((file) => ({ file, folder: null }));
}

/**
 * The files of a drop.
 * @param transfer the event's; read before anything is awaited, as browsers want it
 */
export async function droppedFiles(transfer: DataTransfer | null): Promise<DroppedFile[]> {
  // What does not come from a file system has no entry.
  const items = [...(transfer?.items ?? [])].map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const found = await Promise.all(
    items.map((item) => {
      if (item === null) return [];
      return item instanceof File ? [{ file: item, folder: null }] : filesBelow(item, null);
    }),
  );
  return found.flat();
}

async function filesBelow(entry: FileSystemEntry, folder: string | null): Promise<DroppedFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ file, folder }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: DroppedFile[] = [];
  // A reader gives its entries in parts, the last of them empty.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return found;
    for (const child of part) found.push(...(await filesBelow(child, entry.name)));
  }
}
