// Questions to the program. Addresses are relative, so that the token in the page's own address goes with them.

export class Refused extends Error {}
export class Stopped extends Error {}

async function asked(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Stopped("The program behind this page has stopped. Start `xps-keras app` again and open the new address");
  }
  if (response.ok) return response;
  if (response.status === 403) // the token of this page's address is not that of the program
    throw new Stopped("The program behind this page was started anew. Open the address that it printed in the terminal");
  let sentence;
  try {
    sentence = (await response.json()).error;
  } catch {
    sentence = `The program answered ${response.status}.`;
  }
  throw Object.assign(new Refused(sentence), { status: response.status });
}

const question = (content, signal) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(content),
  signal,
});

export const state = async (known) => (await asked(`api/state?known=${known}`, {})).json();
export const upload = async (name, file, signal) =>
  (await asked(`api/files?name=${encodeURIComponent(name)}`, { method: "POST", body: file, signal })).json();
export const answer = async (key, choice, brief, signal) =>
  (await asked("api/answer", question({ key, choice, brief }, signal))).json();
export const remove = async (keys) => (await asked("api/remove", question({ keys }))).json();

export async function save(kind, samples) {
  const response = await asked("api/export", question({ kind, samples }));
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "result";
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  return name;
}
