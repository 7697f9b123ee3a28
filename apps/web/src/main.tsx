import { render } from 'preact';
import { App } from './app';
import { startServiceWorker } from './service-worker';
import './style.css';

// Files dropped beside the box would else be opened in place of the page.
for (const type of ['dragover', 'drop']) addEventListener(type, (event) => event.preventDefault());

void startServiceWorker();
render(<App />, document.getElementById('app')!);
