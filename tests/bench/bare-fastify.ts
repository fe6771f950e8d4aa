import fastify from 'fastify';

// The peer of the start-up figures: the same web server, doing nothing.
const server = fastify();
server.get('/', async () => 'bare');
await server.listen({ host: '127.0.0.1', port: 0 });
process.send?.('ready');
