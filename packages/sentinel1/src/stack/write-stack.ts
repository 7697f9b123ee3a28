import { writeFile } from 'node:fs/promises';
import { Staging } from '@mtpi/sar-io/node';
import { STACK_FILE, type StackDescription } from './stack-description';

/**
 * Writes a stack to a folder, all files and `stack.json` at once when they are complete; nothing where writing fails.
 *
 * @param writeImages writes the images of the stack to `staging`, and describes them.
 */
export async function writeStack(
  folder: string,
  writeImages: (staging: Staging) => Promise<StackDescription>,
): Promise<StackDescription> {
  const staging = await Staging.open(folder);
  try {
    const description = await writeImages(staging);
    await writeFile(staging.path(STACK_FILE), `${JSON.stringify(description, undefined, 2)}\n`);
    await staging.publishFolder();
    return description;
  } catch (error) {
    await staging.discard();
    throw error;
  }
}
