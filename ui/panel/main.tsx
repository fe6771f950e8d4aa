import { render } from 'preact';
import { Bench } from './bench.tsx';
import { connectBench } from './connection.ts';
import './panel.css';
import './parts.css';

const root = document.getElementById('panel');
if (root) {
  connectBench();
  render(<Bench />, root);
}
