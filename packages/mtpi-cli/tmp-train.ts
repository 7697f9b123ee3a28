import { Command } from 'commander';
import * as tf from '@tensorflow/tfjs';
import { trainCommand } from './src/commands/train';
await tf.setBackend('cpu');
const abort=new AbortController(); process.once('SIGINT',()=>abort.abort()); process.once('SIGTERM',()=>abort.abort());
const p=new Command(); trainCommand(p,abort.signal); await p.parseAsync();
