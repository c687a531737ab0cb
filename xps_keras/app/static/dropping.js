// Files and folders from a drop or a dialogue, each with the path that it has inside the folder.

export async function dropped(transfer) {
  // Entries must be taken before anything is waited for: afterwards the browser forgets them.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ name: file.name, file }));
  const found = [];
  for (const entry of entries) await gather(entry, "", found);
  return found;
}

export const chosen = (files) => [...files].map((file) => ({ name: file.webkitRelativePath || file.name, file }));

async function gather(entry, folder, found) {
  if (entry.name.startsWith(".")) return;
  const name = folder ? `${folder}/${entry.name}` : entry.name;
  if (entry.isFile) {
    found.push({ name, file: await new Promise((resolve, reject) => entry.file(resolve, reject)) });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!part.length) return;
    for (const inner of part) await gather(inner, name, found);
  }
}
