/** Loads TensorFlow.js without its advertisement of a native binding, which nothing here runs on. */
export async function loadTensorFlow(): Promise<void> {
  const { enableProdMode } = await import('@tensorflow/tfjs');
  enableProdMode();
}

export async function loadWorkflows(): Promise<typeof import('@mtpi/workflows')> {
  await loadTensorFlow();
  return import('@mtpi/workflows');
}
