/** The files of a drop, and those in its folders. */
export async function droppedFiles(transfer: DataTransfer | null): Promise<File[]> {
  // Items are gone once the event is over: all are taken before the first is awaited.
  const files = [...(transfer?.items ?? [])].map((item) => {
    const entry = item.webkitGetAsEntry();
    return entry ? filesOf(entry) : [item.getAsFile() ?? []].flat();
  });
  return (await Promise.all(files)).flat();
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile)
    return [
      await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)),
    ];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: File[] = [];
  for (;;) {
    // A hundred at a time
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return files;
    files.push(...(await Promise.all(some.map(filesOf))).flat());
  }
}
