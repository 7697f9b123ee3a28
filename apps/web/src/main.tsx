import { render } from 'preact';
import { App } from './app';
import { startServiceWorker } from './service-worker';
import './style.css';

void startServiceWorker();
render(<App />, document.getElementById('app')!);
