// Wine 8 has no TCP_KEEPIDLE, which fetch asks for before it connects.
import { Socket } from 'node:net';

Socket.prototype.setKeepAlive = function setKeepAlive() {
  return this;
};
